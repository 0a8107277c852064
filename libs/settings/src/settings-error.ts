/** Why settings can't be used. */
export type SettingsErrorCode =
  /** A value that is not accepted. */
  | 'INVALID_VALUE'
  /** A name that no setting has. */
  | 'UNKNOWN_SETTING'
  /** A profile that does not exist. */
  | 'UNKNOWN_PROFILE'
  /** A file of profiles that can't be read, or not be understood. */
  | 'BROKEN_PROFILES';

/** A setting that can't be used. The message holds no password. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code: SettingsErrorCode;

  constructor(code: SettingsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
