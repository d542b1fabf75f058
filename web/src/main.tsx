import { createRoot } from 'react-dom/client';
import { takeFirst } from './api/client';
import { takeVisitor } from './api/visitor';
import { App } from './app';
import './app.css';
import { readLand } from './parts/land';

takeFirst(document.getElementById('first')?.textContent);
takeVisitor(document.getElementById('visitor')?.textContent);
const root = document.getElementById('root');
const show = () => { if (root) createRoot(root).render(<App />); };
// The base map is on its way already; a page without one waits for nothing.
const late = new Promise((resolve) => setTimeout(resolve, 150));
if (/^\/(c|places|r)\//.test(location.pathname)) Promise.race([readLand(), late]).then(show, show);
else show();
