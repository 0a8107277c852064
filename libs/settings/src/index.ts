export { processSettings } from './process-settings.ts';
export { type ServiceUrls, serviceUrls } from './service-urls.ts';
export { readSettings, type Settings, SettingsError } from './settings.ts';
export { millraceVersion } from './version.ts';
