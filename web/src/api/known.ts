/**
 * A document as the page may rely on it. The description calls every field optional, because older
 * clients leave some out, and open to more; what the server sends has them all and the page knows
 * which. Lists stay nullable.
 */
export type Known<T> = T extends readonly (infer Item)[]
  ? Known<Item>[]
  : T extends object
    ? { [Name in keyof T as string extends Name ? never : Name]-?: Known<Exclude<T[Name], undefined>> }
    : T;
