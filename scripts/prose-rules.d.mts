/** Wording that documentation, comments, messages and test titles avoid: [pattern, advice]. */
export const RULES: readonly (readonly [RegExp, string])[];
