/** Ways to write a name of several words. */
export type WordCase = 'PascalCase' | 'camelCase' | 'snake_case' | 'UPPER_CASE';

const PATTERNS: Readonly<Record<WordCase, RegExp>> = {
  PascalCase: /^[A-Z][A-Za-z0-9]*$/,
  camelCase: /^[a-z][A-Za-z0-9]*$/,
  snake_case: /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/,
  UPPER_CASE: /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/,
};

export function isWrittenIn(wordCase: WordCase, name: string): boolean {
  return PATTERNS[wordCase].test(name);
}

/** The name as it would be written. */
export function writeIn(wordCase: WordCase, name: string): string {
  const words = wordsOf(name);
  switch (wordCase) {
    case 'snake_case':
      return words.join('_');
    case 'UPPER_CASE':
      return words.join('_').toUpperCase();
    case 'PascalCase':
      return words.map(capitalize).join('');
    case 'camelCase':
      return words.map((word, index) => (index === 0 ? word : capitalize(word))).join('');
  }
}

/** `HTTPServer_name2` has the words http, server and name2. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .split('_')
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
