export { checkHost, OpenAddressError } from './check-host.ts';
export { nextPageToken, type Page, type PageRequest, readPage } from './page.ts';
export type { AppOptions, RunningApp } from './running-app.ts';
export { type ServedApp, serveApp } from './serve-app.ts';
