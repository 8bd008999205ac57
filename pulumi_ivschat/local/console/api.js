// What the page asks of the service.

export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function asked(path, options) {
  const answer = await fetch(path, { cache: "no-store", ...options });
  const text = await answer.text();
  const document = text ? JSON.parse(text) : {};
  if (answer.ok) return document;
  throw new ApiError(answer.status, answer.headers.get("x-amzn-errortype") ?? "", document.message ?? answer.statusText);
}

// Carries out an operation as a signed call of that account in that region would.
export const call = (operation, { region, account }, input) =>
  asked("/_local/console/call", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ operation, region, account, input }),
  });

export const findRooms = (search) => asked(`/_local/console/rooms?${new URLSearchParams({ search })}`);
export const findRoom = (arn) => asked(`/_local/console/room?${new URLSearchParams({ arn })}`);
export const latestCalls = (latest) => asked(`/_local/requests?${new URLSearchParams({ latest })}`);

export function homeOf(arn) {
  const [, , , region, account] = arn.split(":");
  return { region, account };
}

export const worded = (error) =>
  error instanceof ApiError ? `${error.code || error.status}: ${error.message}` : "The local service does not answer.";
