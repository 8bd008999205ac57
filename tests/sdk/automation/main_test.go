// Runs the program of the quickstart on the real engine: an inline program needs no language host.
package main

import (
	"context"
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

func TestTheQuickstartComesUpWithoutFurtherChangesAndGoes(t *testing.T) {
	ctx := context.Background()
	stack, err := auto.UpsertStackInlineSource(ctx, "test", "ivschat-quickstart-go", program)
	must(t, err)
	must(t, stack.SetAllConfig(ctx, auto.ConfigMap{
		"ivschat:region":      {Value: "us-west-2"},
		"ivschat:endpointUrl": {Value: os.Getenv("SERVICE_URL")},
	}))
	up, err := stack.Up(ctx, optup.ProgressStreams(os.Stderr))
	must(t, err)
	for _, name := range []string{"lobby", "quiz"} {
		if arn, isText := up.Outputs[name].Value.(string); !isText || arn == "" {
			t.Errorf("the output %s is %v", name, up.Outputs[name].Value)
		}
	}
	_, err = stack.Preview(ctx, optpreview.ExpectNoChanges())
	must(t, err)
	_, err = stack.Destroy(ctx)
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
