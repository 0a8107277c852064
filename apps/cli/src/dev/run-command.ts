import { type Environment, readSettings, serviceUrls } from '@millrace/settings';
import { profileInUse } from '@millrace/settings/profile-in-use';
import { shellWord } from '../shell-word.ts';

/** What to type in another terminal to have a deployment run. */
export function runCommand(deployment: string, url: string, environment: Environment): string {
  return `${commandPrefix(url, environment)}npx millrace deployment run ${shellWord(deployment)}`;
}

/** What goes before commands in another terminal, which has the same home and no other variable, so that they find this server. */
export function commandPrefix(url: string, { MILLRACE_HOME }: Environment): string {
  return isFoundAnyway(url, { MILLRACE_HOME }) ? '' : `MILLRACE_API_URL=${url} `;
}

function isFoundAnyway(url: string, environment: Environment): boolean {
  try {
    const urls = serviceUrls(readSettings(environment, profileInUse(environment)));
    return Object.values(urls).every((each) => each === url);
  } catch {
    // Settings that another terminal can't use: that is told there.
    return false;
  }
}
