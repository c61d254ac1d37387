/** The public facts of the project. */
export const facts: {
  readonly confirmed: boolean;
  readonly repository: string;
  readonly site: string;
  readonly homepage: string;
  readonly issues: string;
  readonly advisories: string;
  readonly keywords: readonly string[];
  readonly copyrightHolder: string;
};
