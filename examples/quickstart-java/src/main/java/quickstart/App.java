package quickstart;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import com.pulumi.ivschat.Room;
import com.pulumi.ivschat.RoomArgs;
import com.pulumi.ivschat.TagSet;
import com.pulumi.ivschat.TagSetArgs;
import java.util.Map;

/** Two chat rooms with different settings, and tags that another team keeps on one of them. */
public final class App {
    private App() {}

    public static void main(String[] args) {
        Pulumi.run(App::program);
    }

    private static void program(Context context) {
        var lobby = new Room("lobby", RoomArgs.builder().tags(Map.of("team", "chat")).build());
        var quiz = new Room("quiz", RoomArgs.builder()
            .maximumMessageLength(200)
            .maximumMessageRatePerSecond(50)
            .build());
        new TagSet("lobby-cost", TagSetArgs.builder()
            .resourceArn(lobby.arn())
            .tags(Map.of("cost-center", "4711"))
            .build());
        context.export("lobby", lobby.arn());
        context.export("quiz", quiz.arn());
    }
}
