export type { Environment } from './environment.ts';
export { processSettings } from './process-settings.ts';
export { type ServiceUrls, serviceUrls } from './service-urls.ts';
export { unknownVariables } from './setting-name.ts';
export { readSettings, type Settings } from './settings.ts';
export { SettingsError } from './settings-error.ts';
export { millraceVersion } from './version.ts';
