/** An option that takes one of several words. */
export interface ChoiceOption {
  readonly choices: readonly string[];
  readonly default: string;
}

/** An option that takes a list of words, any or only those of `choices`. */
export interface WordsOption {
  readonly words: true;
  readonly choices?: readonly string[];
  readonly default: readonly string[];
}

/** The options of a rule by name. */
export type OptionSpecs = Readonly<Record<string, ChoiceOption | WordsOption>>;

/** What the check of a rule with such options receives. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends WordsOption
    ? readonly string[]
    : Specs[Name]['choices'] extends readonly (infer Choice)[]
      ? Choice
      : never;
};

/** The value of every option, where nothing is configured. */
export function defaultOptions(specs: OptionSpecs): OptionValues<OptionSpecs> {
  const defaults = Object.entries(specs).map(([name, spec]) => [name, spec.default] as const);
  return Object.fromEntries(defaults) as OptionValues<OptionSpecs>;
}

/** What is wrong with a configured value, or nothing. */
export function optionFault(spec: ChoiceOption | WordsOption, value: unknown): string | undefined {
  const choices = spec.choices?.join(', ');
  if (!('words' in spec)) {
    return spec.choices.some((choice) => choice === value)
      ? undefined
      : `must be one of ${choices}`;
  }
  const isWords = Array.isArray(value) && value.every((word) => typeof word === 'string');
  if (!isWords) {
    return 'must be a list of words';
  }
  const known = spec.choices === undefined || value.every((word) => spec.choices?.includes(word));
  return known ? undefined : `may list ${choices}`;
}
