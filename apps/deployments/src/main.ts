import { serveApp } from '@millrace/service';
import { startDeployments } from './start.ts';

await serveApp({ name: 'deployments', defaultPort: 4201, start: startDeployments });
