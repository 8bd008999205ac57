// One life of a room through AWS's SDK for JavaScript; prints what came back, errors as the SDK types them.
import * as ivschat from "@aws-sdk/client-ivschat";

const client = new ivschat.IvschatClient({ maxAttempts: 1 });
const nowhere = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl";
const s3 = { s3: { bucketName: "some-bucket" } };

const call = async (operation, input = {}) => {
  const { $metadata, ...output } = await client.send(new ivschat[`${operation}Command`](input));
  return { status: $metadata.httpStatusCode, ...output };
};

const failure = async (operation, input) => {
  try {
    return await call(operation, input);
  } catch (error) {
    const { name, message, resourceId, resourceType, limit, reason, fieldList } = error;
    const typed = ivschat[name] !== undefined && error instanceof ivschat[name];
    const status = error.$metadata?.httpStatusCode;
    return { name, typed, status, message, resourceId, resourceType, limit, reason, fieldList };
  }
};

const room = await call("CreateRoom", { name: "lobby", tags: { "naïve key": "ä" } });
const updated = await call("UpdateRoom", { identifier: room.arn, maximumMessageLength: 200 });
await call("TagResource", { resourceArn: room.arn, tags: { "a/é": "1", "a+=": "2", team: "live" } });
await call("UntagResource", { resourceArn: room.arn, tagKeys: ["a/é", "a+="] });
const tags = await call("ListTagsForResource", { resourceArn: room.arn });
for (const name of ["second", "third"]) await call("CreateRoom", { name });
const pages = [];
for await (const page of ivschat.paginateListRooms({ client, pageSize: 2 }, {})) {
  pages.push(page.rooms.map(({ name }) => name));
}
const logging = await call("CreateLoggingConfiguration", { destinationConfiguration: s3 });
await call("UpdateRoom", { identifier: room.arn, loggingConfigurationIdentifiers: [logging.arn] });

const failures = {
  notFound: await failure("GetRoom", { identifier: nowhere }),
  required: await failure("GetRoom", {}),
  union: await failure("CreateLoggingConfiguration", {
    destinationConfiguration: { ...s3, firehose: { deliveryStreamName: "stream" } },
  }),
  range: await failure("CreateRoom", { maximumMessageRatePerSecond: 101, maximumMessageLength: 0 }),
  type: await failure("CreateRoom", { maximumMessageLength: "ten" }),
  conflict: await failure("DeleteLoggingConfiguration", { identifier: logging.arn }),
  emptyLabel: await failure("ListTagsForResource", { resourceArn: "" }),
  event: await failure("SendEvent", { roomIdentifier: nowhere, eventName: "later" }),
};
for (let more = 0; more < 9; more += 1) await call("CreateLoggingConfiguration", { destinationConfiguration: s3 });
failures.quota = await failure("CreateLoggingConfiguration", { destinationConfiguration: s3 });
const deleted = await call("DeleteRoom", { identifier: room.arn });

console.log(JSON.stringify({ room, updated, tags, pages, failures, deleted }));
