import * as ivschat from "@pulumi-ivschat/ivschat";

const east = new ivschat.Provider("east", {
    region: "us-east-1",
    endpointUrl: "local",
    assumeRole: { roleArn: "arn:aws:iam::123456789012:role/chat", durationSeconds: 900 },
    defaultTags: { stage: "test" },
    maxAttempts: 3,
    readAhead: false,
});
const archive = new ivschat.LoggingConfiguration("archive", {
    destinationConfiguration: { s3: { bucketName: "chat-archive" } },
}, { provider: east });
const lobby = new ivschat.Room("lobby", {
    maximumMessageLength: 120,
    messageReviewHandler: { uri: "", fallbackResult: "DENY" },
    loggingConfigurationIdentifiers: [archive.arn],
    tags: { team: "chat" },
}, { provider: east });
const cost = new ivschat.TagSet("cost", {
    resourceArn: lobby.arn,
    tags: { "cost.center": "4711" },
    overwrite: true,
}, { provider: east });

const room = ivschat.getRoomOutput({ arn: lobby.arn }, { provider: east });
const rooms = ivschat.listRoomsOutput({ tags: { team: "chat" } }, { provider: east });
const configuration = ivschat.getLoggingConfigurationOutput({ arn: archive.arn }, { provider: east });
const configurations = ivschat.listLoggingConfigurationsOutput({}, { provider: east });
const tags = ivschat.listTagsForResourceOutput({ resourceArn: lobby.arn }, { provider: east, dependsOn: [cost] });
const chatToken = ivschat.createChatTokenOutput({
    roomArn: lobby.arn,
    userId: "alice",
    capabilities: ["SEND_MESSAGE"],
    attributes: { name: "Alice" },
}, { provider: east });
const deployer = ivschat.deployerPolicyOutput({ loggingConfigurations: true });
const issuer = ivschat.issuerPolicyOutput({ roomArns: [lobby.arn] });
const moderator = ivschat.moderatorPolicyOutput({ roomArns: [lobby.arn] });

// Each function also has a form that returns a promise.
export const names: Promise<string[]> = ivschat.listRooms().then((found) => found.rooms.map((each) => each.name));

export const length = room.maximumMessageLength.apply((value: number) => value + 1);
export const found = rooms.rooms.apply((all) => all.map((each) => each.arn));
export const bucket = configuration.destinationConfiguration.apply((each): string | undefined => each.s3?.bucketName);
export const states = configurations.loggingConfigurations.apply((all) => all.map((each) => each.state));
export const team = tags.tags.apply((all): string | undefined => all["team"]);
export const token = chatToken.token;
export const policies = [deployer.json, issuer.json, moderator.json];
export const allTags = cost.tagsAll;
