export { checkHost, OpenAddressError } from './check-host.ts';
export { checkParent } from './check-parent.ts';
export { filterFingerprint, nextPageToken, type Page, type PageRequest, readPage } from './page.ts';
export { openReadyAgents, type Place, type ReadyAgent, type ReadyAgents } from './ready-agents.ts';
export { type AppOptions, defaultRetention, type Retention, type RunningApp } from './running-app.ts';
export { openSecretBox, type SecretBox, type SecretBoxOptions } from './secret-box.ts';
export { type ServedApp, serveApp } from './serve-app.ts';
export { serveFlagsOfProcess } from './serve-flags.ts';
