export { homeOf } from '../resolve-setting.ts';
export { firstProfile, type Profile, type ProfileValues, profileNameComplaint } from './profile.ts';
export { findProfileInUse, noProfile, profileInUse } from './profile-in-use.ts';
export { type Profiles, readProfiles } from './read-profiles.ts';
export { writeProfiles } from './write-profiles.ts';
