import { createRoot } from 'react-dom/client';
import { takeFirst } from './api/client';
import { App } from './app';
import './app.css';

takeFirst(document.getElementById('first')?.textContent);
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
