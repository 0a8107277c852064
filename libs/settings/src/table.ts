export { maskPassword, shownValue } from './mask-password.ts';
export { type ResolvedSetting, resolveSetting } from './resolve-setting.ts';
export { settingNameOf } from './setting-name.ts';
export { isSettingName, ruleOf, type SettingName, settingNames } from './setting-table.ts';
