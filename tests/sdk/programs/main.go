// Every resource and function of the Go SDK, with an explicit provider. It is vetted and not run.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"example.com/pulumi-ivschat/sdk/go/ivschat"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {
	east, err := ivschat.NewProvider(ctx, "east", &ivschat.ProviderArgs{
		Region:      pulumi.String("us-east-1"),
		EndpointUrl: pulumi.String("local"),
		AssumeRole: ivschat.AssumeRoleArgs{
			RoleArn:         pulumi.String("arn:aws:iam::123456789012:role/chat"),
			DurationSeconds: pulumi.Int(900),
		},
		DefaultTags: pulumi.StringMap{"stage": pulumi.String("test")},
		MaxAttempts: pulumi.Int(3),
		ReadAhead:   pulumi.Bool(false),
	})
	if err != nil {
		return err
	}
	inEast := pulumi.Provider(east)

	archive, err := ivschat.NewLoggingConfiguration(ctx, "archive", &ivschat.LoggingConfigurationArgs{
		DestinationConfiguration: ivschat.DestinationConfigurationArgs{
			S3: ivschat.S3Args{BucketName: pulumi.String("chat-archive")},
		},
	}, inEast)
	if err != nil {
		return err
	}
	lobby, err := ivschat.NewRoom(ctx, "lobby", &ivschat.RoomArgs{
		MaximumMessageLength: pulumi.Int(120),
		MessageReviewHandler: ivschat.MessageReviewHandlerArgs{
			Uri:            pulumi.String(""),
			FallbackResult: ivschat.FallbackResult("DENY"),
		},
		LoggingConfigurationIdentifiers: pulumi.StringArray{archive.Arn},
		Tags:                            pulumi.StringMap{"team": pulumi.String("chat")},
	}, inEast)
	if err != nil {
		return err
	}
	cost, err := ivschat.NewTagSet(ctx, "cost", &ivschat.TagSetArgs{
		ResourceArn: lobby.Arn,
		Tags:        pulumi.StringMap{"cost.center": pulumi.String("4711")},
		Overwrite:   pulumi.Bool(true),
	}, inEast)
	if err != nil {
		return err
	}

	room := ivschat.LookupRoomOutput(ctx, ivschat.LookupRoomOutputArgs{Arn: lobby.Arn}, inEast)
	rooms := ivschat.ListRoomsOutput(ctx, ivschat.ListRoomsOutputArgs{
		Tags: pulumi.StringMap{"team": pulumi.String("chat")},
	}, inEast)
	configuration := ivschat.LookupLoggingConfigurationOutput(ctx, ivschat.LookupLoggingConfigurationOutputArgs{
		Arn: archive.Arn,
	}, inEast)
	configurations := ivschat.ListLoggingConfigurationsOutput(ctx, ivschat.ListLoggingConfigurationsOutputArgs{}, inEast)
	tags := ivschat.ListTagsForResourceOutput(ctx, ivschat.ListTagsForResourceOutputArgs{
		ResourceArn: lobby.Arn,
	}, inEast, pulumi.DependsOn([]pulumi.Resource{cost}))
	token := ivschat.CreateChatTokenOutput(ctx, ivschat.CreateChatTokenOutputArgs{
		RoomArn:      lobby.Arn,
		UserId:       pulumi.String("alice"),
		Capabilities: ivschat.ChatTokenCapabilityArray{ivschat.ChatTokenCapability("SEND_MESSAGE")},
		Attributes:   pulumi.StringMap{"name": pulumi.String("Alice")},
	}, inEast)
	deployer := ivschat.DeployerPolicyOutput(ctx, ivschat.DeployerPolicyOutputArgs{
		LoggingConfigurations: pulumi.Bool(true),
	})
	issuer := ivschat.IssuerPolicyOutput(ctx, ivschat.IssuerPolicyOutputArgs{
		RoomArns: pulumi.StringArray{lobby.Arn},
	})
	moderator := ivschat.ModeratorPolicyOutput(ctx, ivschat.ModeratorPolicyOutputArgs{
		RoomArns: pulumi.StringArray{lobby.Arn},
	})

	// Each function also has a form that returns its result at once.
	all, err := ivschat.ListRooms(ctx, &ivschat.ListRoomsArgs{}, inEast)
	if err != nil {
		return err
	}
	var names []string
	for _, each := range all.Rooms {
		names = append(names, each.Name)
	}

	ctx.Export("names", pulumi.ToStringArray(names))
	ctx.Export("length", room.MaximumMessageLength())
	ctx.Export("found", rooms.Rooms())
	ctx.Export("bucket", configuration.DestinationConfiguration().S3().BucketName())
	ctx.Export("states", configurations.LoggingConfigurations())
	ctx.Export("team", tags.Tags().MapIndex(pulumi.String("team")))
	ctx.Export("token", token.Token())
	ctx.Export("policies", pulumi.StringArray{deployer.Json(), issuer.Json(), moderator.Json()})
	ctx.Export("tags", cost.TagsAll)
	return nil
}
