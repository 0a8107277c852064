export type { Environment } from './environment.ts';
export { type ProcessSettings, processSettings, variablesToPassOn } from './process-settings.ts';
export { serverOfHome } from './server-of-home.ts';
export { type ServiceUrls, serviceUrls } from './service-urls.ts';
export { unknownVariables } from './setting-name.ts';
export { readSettings, type Settings } from './settings.ts';
export { SettingsError } from './settings-error.ts';
export { millraceVersion } from './version.ts';
