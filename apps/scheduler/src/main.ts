import { serveApp } from '@millrace/service';
import { startScheduler } from './start.ts';

await serveApp({ name: 'scheduler', defaultPort: 4203, start: startScheduler });
