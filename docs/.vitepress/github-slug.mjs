/**
 * The anchor that GitHub gives a heading, so that links work there and on the site.
 *
 * @param {string} heading
 */
export function githubSlug(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-');
}
