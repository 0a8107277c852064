/** Settings under a name. */
export interface Profile {
  readonly name: string;
  /** Where it is kept, for errors. */
  readonly file: string;
  /** By the names of the variables that they stand for. */
  readonly values: ProfileValues;
}

/** What a profile sets. May hold names that are no settings, put there by hand. */
export type ProfileValues = Readonly<Record<string, string>>;

/** The profile that is there from the beginning, empty. */
export const firstProfile = 'default';

/** What is wrong with a profile's name: names have 1 to 255 characters, none of `/ % & > <`, as those of flows. */
export function profileNameComplaint(name: string): string | undefined {
  const { length } = [...name];
  if (length < 1 || length > 255) return `the name of a profile has 1 to 255 characters, this one has ${length}`;
  const forbidden = /[/%&><]/.exec(name);
  return forbidden ? `the name of a profile must not contain '${forbidden[0]}': '${name}'` : undefined;
}
