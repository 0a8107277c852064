import { isIP } from 'node:net';
import { type MillraceError, permissionDenied } from '../errors.ts';

/** What a request says about where it comes from and whom it means. */
export interface Claims {
  /** `Host`, or gRPC's `:authority`. */
  readonly host: string | undefined;
  /** `Origin`, which browsers send. */
  readonly origin: string | undefined;
}

/**
 * Keeps web pages out: without it, any page open on a developer's machine could reach the server there, by a name that
 * resolves to loopback (DNS rebinding) or by a request across origins.
 */
export interface Guard {
  /** Why the request is refused, if it is. */
  refusal(claims: Claims): MillraceError | undefined;
  /** Whether this is a configured foreign origin, which needs CORS headers to be served. */
  isAllowedOrigin(origin: string): boolean;
}

export interface GuardOptions {
  /** Names (or name:port) by which the server may be addressed besides loopback ones. */
  readonly allowedHosts: readonly string[];
  /** Whether any IP address may stand for it, as it listens on all of them: names alone can be made to lead here. */
  readonly anyAddress?: boolean;
  /** Origins besides the server's own that may call, e.g. "http://localhost:5173". */
  readonly allowedOrigins: readonly string[];
}

export function createGuard(options: GuardOptions): Guard {
  const hosts = new Set(options.allowedHosts.map((host) => host.toLowerCase()));
  const origins = new Set(options.allowedOrigins.map((origin) => origin.toLowerCase()));
  const isNamed = (name: string, host: string) =>
    hosts.has(name) || hosts.has(host.toLowerCase()) || (options.anyAddress === true && isAddress(name));
  const isAllowedOrigin = (origin: string) => origins.has(origin.toLowerCase());
  return {
    isAllowedOrigin,
    refusal({ host = '', origin }) {
      const name = hostName(host);
      if (name === undefined || !(isLoopback(name) || isNamed(name, host)))
        return permissionDenied(
          'HOST_NOT_ALLOWED',
          `this server does not answer to the host ${quoted(host)}: use a loopback name, or allow it with --allowed-host or MILLRACE_ALLOWED_HOSTS`,
        );
      if (origin !== undefined && !isOwnOrigin(origin, host) && !isAllowedOrigin(origin))
        return permissionDenied('ORIGIN_NOT_ALLOWED', `pages of ${quoted(origin)} may not call this server`);
      return undefined;
    },
  };
}

/** The name or address without the port, in lower case; undefined where it is neither. */
function hostName(host: string): string | undefined {
  // What is no URL's host (a port of 99999) would make those throw who rely on it further in.
  if (!URL.canParse(`http://${host}`)) return undefined;
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/.exec(host.toLowerCase())?.[1];
}

/** Whether a name (an IPv6 address in brackets) can only mean this machine. */
export function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}

function isAddress(name: string): boolean {
  return name.startsWith('[') || isIP(name) === 4;
}

function isOwnOrigin(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: theirs } = new URL(origin);
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === theirs;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
