/** Work that is done again whenever somebody wakes it, never twice at once. */
export interface Woken {
  /** Leads to the work being done from its beginning after this call: at once, or after the one that is under way. */
  wake(): void;
  /** Resolves when it is not at work. */
  idle(): Promise<void>;
}

/** @param work must not reject */
export function whileWoken(work: () => Promise<void>): Woken {
  let again = false;
  let isWorking = false;
  let working = Promise.resolve();
  const loop = async () => {
    isWorking = true;
    while (again) {
      again = false;
      await work();
    }
    // In the turn in which the loop saw that nobody had woken it: one later, a call in between would be lost.
    isWorking = false;
  };
  return {
    wake() {
      again = true;
      if (!isWorking) working = loop();
    },
    idle: () => working,
  };
}
