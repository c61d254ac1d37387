/** A place in a file. */
export interface FindingPlace {
  /** Path of the file, relative to the working folder where it lies in it. */
  readonly file: string;
  /** Counted from 1, as is the column. */
  readonly line: number;
  readonly column: number;
}

/** Something that a check of IDL found, as all formats show it. */
export interface Finding extends FindingPlace {
  /** Name of the rule. */
  readonly rule: string;
  readonly level: 'error' | 'warning';
  readonly message: string;
  /** Text of the line; empty if the file as a whole is meant. */
  readonly sourceLine: string;
  /** What kind of finding it is, beyond its level. */
  readonly category?: string;
  /** Where the finding belongs in the files that were looked at, if its place is in another version of them. */
  readonly anchor?: FindingPlace;
  /** Sentences after the message: its consequence and its fix. */
  readonly notes?: readonly string[];
}

/** A rule as SARIF describes it to those who show the findings. */
export interface FindingRule {
  readonly name: string;
  readonly summary: string;
  readonly reason: string;
  readonly level: Finding['level'];
}

/** All that a check found, with what is needed to show it. */
export interface FindingReport {
  readonly findings: readonly Finding[];
  /** Whether the notes of a rule are shown to people with each of its findings, or with the first one. */
  readonly notesWith: 'each' | 'first';
  /** All rules of the check, also those that found nothing. */
  readonly rules: readonly FindingRule[];
  /** Page that explains the rules, relative to the root of the documentation. */
  readonly documentation: string;
}
