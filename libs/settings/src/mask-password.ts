import { isSettingName, ruleOf } from './setting-table.ts';

/**
 * A value as it may be shown: passwords in URLs, before the host or as a parameter, are replaced by `***`. What can't be
 * told apart is hidden rather than shown.
 */
export function maskPassword(value: string): string {
  const parts = value.split(',');
  // A password may hold a comma, too: only what certainly is a list is taken for one.
  const isList = parts.length > 1 && parts.every((part) => /^https?:\/\//.test(part) && URL.canParse(part));
  return isList ? parts.map(maskOne).join(',') : maskOne(value);
}

function maskOne(url: string): string {
  return url.replace(/(:\/\/[^:@]*):.*@/s, '$1:***@').replace(/([?&](?:ssl)?password=)[^&#]*/gi, '$1***');
}

/** The value of a setting as it may be shown. What is not known to hold no password is hidden. */
export function shownValue(name: string, value: string): string {
  if (!isSettingName(name)) return '***';
  const { secret, complaint } = ruleOf(name);
  if (secret === undefined) return value;
  if (secret === 'all') return '***';
  return complaint?.(value) === undefined ? maskPassword(value) : '***';
}
