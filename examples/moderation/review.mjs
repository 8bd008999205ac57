// The message review handler in Node.js, which does what review.py does: on AWS Lambda, as review.handler, and in the local service.

const MASKED = /\b(darn|heck)\b/gi;
// The reason goes to the sender, by pattern.
const DENIED = [
  [/https?:\/\//i, "Links are not allowed here"],
  [/\bbuy (now|cheap)\b/i, "Advertising is not allowed here"],
];

// Denies what is not allowed, with the reason; masks bad words in the rest. It has 200 ms.
export async function handler({ Content, Attributes }) {
  const denied = DENIED.find(([pattern]) => pattern.test(Content));
  if (denied) return { ReviewResult: "DENY", Content, Attributes: { Reason: denied[1] } };
  const masked = Content.replace(MASKED, (word) => "*".repeat(word.length));
  return { ReviewResult: "ALLOW", Content: masked, Attributes };
}
