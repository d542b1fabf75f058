import { createRoot } from 'react-dom/client';
import { takeFirst } from './api/client';
import { takeVisitor } from './api/visitor';
import { App } from './app';
import './app.css';

takeFirst(document.getElementById('first')?.textContent);
takeVisitor(document.getElementById('visitor')?.textContent);
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
