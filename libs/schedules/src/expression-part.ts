/** Part of an expression, with the character at which it begins, from 1. */
export interface ExpressionPart {
  readonly text: string;
  readonly position: number;
}

export function splitPart(part: ExpressionPart, separator: string): ExpressionPart[] {
  let position = part.position;
  return part.text.split(separator).map((text) => {
    const piece = { text, position };
    position += text.length + separator.length;
    return piece;
  });
}

/** The rest of a part, from the character at `index` on, counted from 0. */
export function restOf(part: ExpressionPart, index: number): ExpressionPart {
  return { text: part.text.slice(index), position: part.position + index };
}
