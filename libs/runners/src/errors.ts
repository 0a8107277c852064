/** A flow runner's options that can't be used: trying again won't help. */
export class RunnerConfigError extends Error {
  override readonly name = 'RunnerConfigError';
}

/** The place where the run was to be executed could not be made; another agent may be able to. */
export class NotStartedError extends Error {
  override readonly name = 'NotStartedError';
}
