import * as ivschat from "@pulumi-ivschat/ivschat";

const lobbyRoom = new ivschat.Room("lobby", { tags: { team: "chat" } });
const quizRoom = new ivschat.Room("quiz", {
    maximumMessageLength: 200,
    maximumMessageRatePerSecond: 50,
});
new ivschat.TagSet("lobby-cost", {
    resourceArn: lobbyRoom.arn,
    tags: { "cost-center": "4711" },
});

export const lobby = lobbyRoom.arn;
export const quiz = quizRoom.arn;
