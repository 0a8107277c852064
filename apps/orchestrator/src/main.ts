import { serveApp } from '@millrace/service';
import { startOrchestrator } from './start.ts';

await serveApp({ name: 'orchestrator', defaultPort: 4202, start: startOrchestrator });
