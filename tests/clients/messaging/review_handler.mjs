// The review handler of review_handler.py, as AWS Lambda calls one in Node.js.
export function handler({ Content, Attributes, Sender }, context, callback) {
  if (Content.includes("spam")) {
    callback(null, { ReviewResult: "DENY", Content, Attributes: { Reason: "No spam, please" } });
    return;
  }
  const reviewed = `${Sender.UserId} ${Sender.Attributes.level} ${Sender.Ip}`;
  const content = Content.replaceAll("darn", "****");
  callback(null, { ReviewResult: "ALLOW", Content: content, Attributes: { ...Attributes, reviewed } });
}
