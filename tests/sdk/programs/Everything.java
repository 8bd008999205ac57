package quickstart;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import com.pulumi.core.Output;
import com.pulumi.deployment.InvokeOptions;
import com.pulumi.deployment.InvokeOutputOptions;
import com.pulumi.ivschat.IvschatFunctions;
import com.pulumi.ivschat.LoggingConfiguration;
import com.pulumi.ivschat.LoggingConfigurationArgs;
import com.pulumi.ivschat.Provider;
import com.pulumi.ivschat.ProviderArgs;
import com.pulumi.ivschat.Room;
import com.pulumi.ivschat.RoomArgs;
import com.pulumi.ivschat.TagSet;
import com.pulumi.ivschat.TagSetArgs;
import com.pulumi.ivschat.enums.ChatTokenCapability;
import com.pulumi.ivschat.enums.FallbackResult;
import com.pulumi.ivschat.enums.RetryMode;
import com.pulumi.ivschat.inputs.AssumeRoleArgs;
import com.pulumi.ivschat.inputs.CreateChatTokenArgs;
import com.pulumi.ivschat.inputs.DeployerPolicyArgs;
import com.pulumi.ivschat.inputs.DestinationConfigurationArgs;
import com.pulumi.ivschat.inputs.GetLoggingConfigurationArgs;
import com.pulumi.ivschat.inputs.GetRoomArgs;
import com.pulumi.ivschat.inputs.IssuerPolicyArgs;
import com.pulumi.ivschat.inputs.ListLoggingConfigurationsArgs;
import com.pulumi.ivschat.inputs.ListRoomsArgs;
import com.pulumi.ivschat.inputs.ListRoomsPlainArgs;
import com.pulumi.ivschat.inputs.ListTagsForResourceArgs;
import com.pulumi.ivschat.inputs.MessageReviewHandlerArgs;
import com.pulumi.ivschat.inputs.ModeratorPolicyArgs;
import com.pulumi.ivschat.inputs.S3Args;
import com.pulumi.ivschat.outputs.DeployerPolicyResult;
import com.pulumi.ivschat.outputs.GetLoggingConfigurationResult;
import com.pulumi.ivschat.outputs.GetRoomResult;
import com.pulumi.ivschat.outputs.IssuerPolicyResult;
import com.pulumi.ivschat.outputs.ListLoggingConfigurationsResult;
import com.pulumi.ivschat.outputs.ListRoomsResult;
import com.pulumi.ivschat.outputs.ListTagsForResourceResult;
import com.pulumi.ivschat.outputs.ModeratorPolicyResult;
import com.pulumi.ivschat.outputs.RoomSummary;
import com.pulumi.resources.CustomResourceOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Every resource and function of the Java SDK, with explicit providers. */
public final class Everything {
    private Everything() {}

    public static void main(String[] args) {
        Pulumi.run(Everything::program);
    }

    private static void program(Context context) {
        var east = new Provider("east", ProviderArgs.builder()
            .region("us-east-1")
            .endpointUrl(context.config().require("endpointUrl"))
            .defaultTags(Map.of("stage", "test"))
            .rates(Map.of("CreateRoom", 2.5))
            .maxAttempts(3)
            .retryMode(RetryMode.Standard)
            .readAhead(false)
            .build());
        // A provider that no resource uses assumes no role.
        new Provider("role", ProviderArgs.builder()
            .region("us-east-1")
            .assumeRole(AssumeRoleArgs.builder()
                .roleArn("arn:aws:iam::123456789012:role/chat")
                .durationSeconds(900)
                .build())
            .build());
        var inEast = CustomResourceOptions.builder().provider(east).build();

        var archive = new LoggingConfiguration("archive", LoggingConfigurationArgs.builder()
            .destinationConfiguration(DestinationConfigurationArgs.builder()
                .s3(S3Args.builder().bucketName("chat-archive").build())
                .build())
            .build(), inEast);
        var lobby = new Room("lobby", RoomArgs.builder()
            .maximumMessageLength(120)
            .messageReviewHandler(MessageReviewHandlerArgs.builder()
                .uri("")
                .fallbackResult(FallbackResult.Deny)
                .build())
            .loggingConfigurationIdentifiers(archive.arn().applyValue(List::of))
            .tags(Map.of("team", "chat"))
            .build(), inEast);
        var cost = new TagSet("cost", TagSetArgs.builder()
            .resourceArn(lobby.arn())
            .tags(Map.of("cost.center", "4711"))
            .overwrite(true)
            .build(), inEast);
        context.export("allTags", cost.tagsAll());

        functions(context, east, archive, lobby, cost);
        policies(context, lobby);
    }

    private static void functions(
            Context context, Provider east, LoggingConfiguration archive, Room lobby, TagSet cost) {
        var options = InvokeOptions.builder().provider(east).build();
        var afterCost = new InvokeOutputOptions.Builder().provider(east).dependsOn(cost).build();
        Output<GetRoomResult> room = IvschatFunctions.getRoom(
            GetRoomArgs.builder().arn(lobby.arn()).build(), options);
        Output<ListRoomsResult> rooms = IvschatFunctions.listRooms(
            ListRoomsArgs.builder().tags(Map.of("team", "chat")).build(), afterCost);
        Output<GetLoggingConfigurationResult> configuration = IvschatFunctions.getLoggingConfiguration(
            GetLoggingConfigurationArgs.builder().arn(archive.arn()).build(), options);
        Output<ListLoggingConfigurationsResult> configurations = IvschatFunctions.listLoggingConfigurations(
            ListLoggingConfigurationsArgs.Empty, options);
        Output<ListTagsForResourceResult> tags = IvschatFunctions.listTagsForResource(
            ListTagsForResourceArgs.builder().resourceArn(lobby.arn()).build(), afterCost);
        Output<String> token = IvschatFunctions.createChatToken(CreateChatTokenArgs.builder()
            .roomArn(lobby.arn())
            .userId("alice")
            .capabilities(ChatTokenCapability.SendMessage)
            .attributes(Map.of("name", "Alice"))
            .build(), options).applyValue(each -> each.token());
        // Each function also has a form that returns a future.
        List<String> names = IvschatFunctions.listRoomsPlain(ListRoomsPlainArgs.builder().build(), options).join()
            .rooms().stream().map(RoomSummary::name).collect(Collectors.toList());

        Output<Integer> length = room.applyValue(each -> each.maximumMessageLength() + 1);
        Output<Optional<String>> bucket = configuration.applyValue(
            each -> each.destinationConfiguration().s3().map(s3 -> s3.bucketName()));
        context.export("length", length);
        context.export("found", rooms.applyValue(all -> all.rooms().size()));
        context.export("bucket", bucket.applyValue(each -> each.orElse("")));
        context.export("states", configurations.applyValue(
            all -> all.loggingConfigurations().stream().map(each -> each.state()).collect(Collectors.toList())));
        context.export("cost", tags.applyValue(all -> all.tags().get("cost.center")));
        context.export("token", token);
        context.export("names", Output.of(names));
    }

    private static void policies(Context context, Room lobby) {
        Output<DeployerPolicyResult> deployer = IvschatFunctions.deployerPolicy(
            DeployerPolicyArgs.builder().loggingConfigurations(true).build());
        Output<IssuerPolicyResult> issuer = IvschatFunctions.issuerPolicy(
            IssuerPolicyArgs.builder().roomArns(lobby.arn().applyValue(List::of)).build());
        Output<ModeratorPolicyResult> moderator = IvschatFunctions.moderatorPolicy(
            ModeratorPolicyArgs.builder().roomArns(lobby.arn().applyValue(List::of)).build());
        context.export("deployer", deployer.applyValue(each -> each.json()));
        context.export("issuer", issuer.applyValue(each -> each.json()));
        context.export("moderator", moderator.applyValue(each -> each.json()));
    }
}
