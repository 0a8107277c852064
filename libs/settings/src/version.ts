/** The version of everything in this repository; they are released together. */
export const millraceVersion = '0.1.0';
