/**
 * Wording that documentation, comments, messages and test titles avoid: [pattern, advice]. Patterns ignore case and run on
 * prose in which code, targets of links and identifiers are blank.
 *
 * @type {readonly (readonly [RegExp, string])[]}
 */
export const RULES = [
  [/\bno-?body\b/i, 'name the actor, or use the passive: "not used", "nothing listens"'],
  [/\bsome(?:body|one)\b|\bwho(?:m)?ever\b/i, 'name the actor: caller, server, user, operator'],
  [
    /\banew\b|\bamiss\b|\bhitherto\b|\bthereof\b|\bwhereof\b|\bforthwith\b|\bin vain\b|\bof its own\b|\bshall\b/i,
    'archaic: "again", "wrong", "without effect", "its own", "must"',
  ],
  [
    /\b(?:is|are|was|were|be|been|not|unless) told\b|\btold (?:of|so|to|by|about|what|which|otherwise)\b/i,
    '"notified of", "configured to", "receives"',
  ],
  [
    /\btells? (?:of|so|with|it|them|nothing)\b|\bsays? so\b|\b(?:is|are|was|were|be|been) said\b|\bsays? (?:yes|no|one|none|nothing)\b|\bsaid (?:by|so|for|to|of)\b/i,
    '"reports", "specifies", "sets"',
  ],
  [
    /\b(?:no longer |still |what \w+ )?wants?\b|\bnot? (?:longer )?wanted\b|\bun(?:asked|wanted)\b|\bnobody asked\b/i,
    '"needs", "requests", "cancelled"',
  ],
  [
    /(?<!there )\b(?:is|are|was|were) no (?!longer\b|more than\b|less than\b|later than\b|different\b|greater\b|larger\b)\w+/i,
    '"is not a …"',
  ],
  [/\bbesides?\b/i, '"next to", "in addition to", "with"'],
  [
    /(?<!its |the )\bway out\b|\bthe way out\b(?! of)|\bdeep down\b|\bat hand\b|\b(?:its|their) kin\b|\bthe house\b|\bof (?:ours|theirs)\b/i,
    'idiom: use the literal word',
  ],
  [/\b(?:made|make|closed|started) by hand\b/i, '"created manually", "constructed directly"'],
  [
    /\bgo(?:es)? before\b|\bgoes on (?:by itself|where|unheard)\b/i,
    '"takes precedence over", "continues"',
  ],
  [/\bonce more\b|\bfrom (?:then|here|there|now) on\b/i, '"again", "afterwards"'],
  [
    /\b(?:hears?|heard) (?:of|from|that|nothing)\b|\bdeaf\b|\bpatien(?:ce|t)\b|\bspeaks?\b(?! to)/i,
    '"receives", "is notified", "uses the … protocol"',
  ],
  [
    /\bholds? (?:itself|itself to|against|for|good)\b|\bhold as it is\b/i,
    '"applies", "checks", "meets"',
  ],
  [
    /\b(?:has|have|with|find|no) (?:no )?words? for\b|\bwithout a word\b/i,
    '"does not support", "silently"',
  ],
  [/\bends? (?:well|badly|good|in trouble)\b|\bis good\b|\bgood end\b/i, '"succeeds", "fails"'],
  [
    /\b(?:knows?|known) (?:nothing )?(?:of|no)\b|\blook(?:s|ed)? (?:for what|behind)\b/i,
    '"does not depend on", "has no"',
  ],
  [/\bfor (?:it|they|he|she) (?:is|are|was|may|can|has|have|would)\b/i, '"because …"'],
  [
    /\bcuts? off (?:calls|requests|callers|what|the)\b|\bis cut off(?: without|\.)/i,
    '"terminates", "aborts"',
  ],
  [
    /\bgive free\b|\bgiven free\b|\bset free\b|\blets? go of\b|\bpiled up\b|\bread over\b|\bleft alone\b/i,
    '"released", "assembled", "queued", "ignored"',
  ],
  [/\bfurther ones?\b|\bthe other ones?\b|\bas (?:they|it) stands?\b/i, '"additional …", "as is"'],
];
