// Two chat rooms with different settings, and tags that another team keeps on one of them.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"example.com/pulumi-ivschat/sdk/go/ivschat"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {
	lobby, err := ivschat.NewRoom(ctx, "lobby", &ivschat.RoomArgs{
		Tags: pulumi.StringMap{"team": pulumi.String("chat")},
	})
	if err != nil {
		return err
	}
	quiz, err := ivschat.NewRoom(ctx, "quiz", &ivschat.RoomArgs{
		MaximumMessageLength:        pulumi.Int(200),
		MaximumMessageRatePerSecond: pulumi.Int(50),
	})
	if err != nil {
		return err
	}
	if _, err := ivschat.NewTagSet(ctx, "lobby-cost", &ivschat.TagSetArgs{
		ResourceArn: lobby.Arn,
		Tags:        pulumi.StringMap{"cost-center": pulumi.String("4711")},
	}); err != nil {
		return err
	}
	ctx.Export("lobby", lobby.Arn)
	ctx.Export("quiz", quiz.Arn)
	return nil
}
