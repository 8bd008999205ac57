// A Python language host for the Pulumi CLI that is built here: the official one's module is not on the Go module
// proxy. It serves pulumirpc.LanguageRuntime with the SDK's own python/toolchain package, and runs programs with the
// SDK's pulumi-language-python-exec, which lies beside this binary.
//
// Users of the official host see the same: how a program is started and interrupted, exit codes, messages, toolchains.
// Two things differ on purpose. This host ends with the engine, also on SIGKILL; the official one lives up to five minutes
// longer. And it does not list the installed packages (a `pip list` in each command) to find plugins to download.
//
// Not served: component plugins written in Python, code generation, debuggers, type checkers, prompts of `pulumi new`.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

const (
	// alreadyReported is pulumi-language-python-exec's exit status once it has shown the user an error.
	alreadyReported = 32

	// interruptGrace is how long an interrupted program may take to stop, before it is killed.
	interruptGrace = 5 * time.Second
)

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	engine string          // the engine's address
	exec   string          // the path of pulumi-language-python-exec
	ctx    context.Context // done when the engine cancels or goes away
	stop   context.CancelFunc
}

func resolve(info *pulumirpc.ProgramInfo) (toolchain.Toolchain, error) {
	options := info.GetOptions().AsMap()
	virtualenv, err := text(options, "virtualenv")
	if err != nil {
		return nil, err
	}
	name, err := text(options, "toolchain")
	if err != nil {
		return nil, err
	}
	o := toolchain.PythonOptions{
		Root:       info.GetRootDirectory(),
		ProgramDir: info.GetProgramDirectory(),
		Virtualenv: virtualenv,
	}
	switch name {
	case "":
		o.Toolchain = toolchain.Auto
	case "pip":
		o.Toolchain = toolchain.Pip
	case "poetry":
		o.Toolchain = toolchain.Poetry
	case "uv":
		o.Toolchain = toolchain.Uv
	default:
		return nil, fmt.Errorf("unsupported toolchain option: %s", name)
	}
	return toolchain.ResolveToolchain(o)
}

// text is an option of `runtime` in Pulumi.yaml, and empty if it is not set.
func text(options map[string]any, name string) (string, error) {
	value, ok := options[name].(string)
	if _, set := options[name]; set && !ok {
		return "", fmt.Errorf("%s option must be a string", name)
	}
	return value, nil
}

func (h *host) Handshake(_ context.Context, r *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	h.engine = r.EngineAddress
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: sdk.Version.String()}, nil
}

// GetRequiredPackages, the first call of an update, creates the virtual environment if it is missing. It names no
// packages: dynamic providers need no plugin, and any other provider is looked up when the program first uses it.
func (h *host) GetRequiredPackages(ctx context.Context, r *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	tc, err := resolve(r.Info)
	if err != nil {
		return nil, err
	}
	connection, err := grpc.NewClient(h.engine, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	progress := &engineLog{ctx, pulumirpc.NewEngineClient(connection), pulumirpc.LogSeverity_INFO}
	trouble := &engineLog{ctx, progress.engine, pulumirpc.LogSeverity_ERROR}
	return &pulumirpc.GetRequiredPackagesResponse{},
		tc.EnsureVenv(ctx, r.Info.ProgramDirectory, false, true, progress, trouble)
}

// engineLog shows what is written to it while it happens, and not among the diagnostics of the update.
type engineLog struct {
	ctx      context.Context
	engine   pulumirpc.EngineClient
	severity pulumirpc.LogSeverity
}

func (l *engineLog) Write(text []byte) (int, error) {
	_, err := l.engine.Log(l.ctx, &pulumirpc.LogRequest{
		Severity:  l.severity,
		Message:   strings.ToValidUTF8(string(text), "\uFFFD"),
		StreamId:  1,
		Ephemeral: true,
	})
	return len(text), err
}

func (h *host) Run(ctx context.Context, r *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	tc, err := resolve(r.Info)
	if err != nil {
		return nil, err
	}
	if err := tc.ValidateVenv(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.ctx, cancel)()

	cmd, err := tc.Command(ctx, h.arguments(r)...)
	if err != nil {
		return nil, err
	}
	config, err := configuration(r)
	if err != nil {
		return nil, err
	}
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, config...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = interruptGrace
	return outcome(cmd.Run()), nil
}

// outcome is how a program ended, as the engine shows it. The exit code of one that a signal ended is -1.
func outcome(err error) *pulumirpc.RunResponse {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}
	case !errors.As(err, &exit):
		return &pulumirpc.RunResponse{
			Error: fmt.Sprintf("problem executing program (could not run language executor): %s", err),
		}
	case exit.ExitCode() == alreadyReported:
		return &pulumirpc.RunResponse{Bail: true}
	}
	return &pulumirpc.RunResponse{
		Error: fmt.Sprintf("program exited with non-zero exit code: %d", exit.ExitCode()),
	}
}

// arguments are what python gets to run the program.
func (h *host) arguments(r *pulumirpc.RunRequest) []string {
	args := []string{h.exec}
	for _, option := range [][2]string{
		{"--monitor", r.MonitorAddress},
		{"--engine", h.engine},
		{"--project", r.Project},
		{"--stack", r.Stack},
		{"--organization", r.Organization},
		{"--root_directory", r.Info.RootDirectory},
		{"--pwd", r.Pwd},
		{"--parallel", fmt.Sprint(r.Parallel)},
		{"--dry_run", fmt.Sprint(r.DryRun)},
	} {
		if option[1] != "" {
			args = append(args, option[:]...)
		}
	}
	args = append(args, r.Info.EntryPoint) // Relative to --pwd, as tracebacks show it.
	return append(args, r.Args...)
}

// configuration is the stack's, as the environment variables that the SDK reads. It cannot read null, so none of a
// thing is said as {} or [].
func configuration(r *pulumirpc.RunRequest) ([]string, error) {
	values, secrets := r.Config, r.ConfigSecretKeys
	if values == nil {
		values = map[string]string{}
	}
	if secrets == nil {
		secrets = []string{}
	}
	config, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(secrets)
	if err != nil {
		return nil, err
	}
	return []string{"PULUMI_CONFIG=" + string(config), "PULUMI_CONFIG_SECRET_KEYS=" + string(secretKeys)}, nil
}

func (h *host) InstallDependencies(r *pulumirpc.InstallDependenciesRequest,
	server pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(server, r.IsTerminal)
	if err != nil {
		return err
	}
	defer closer.Close()
	tc, err := resolve(r.Info)
	if err != nil {
		return err
	}
	fmt.Fprint(stdout, "Installing dependencies...\n\n")
	if err := tc.InstallDependencies(server.Context(), r.Info.ProgramDirectory, r.UseLanguageVersionTools,
		true, stdout, stderr); err != nil {
		return err
	}
	fmt.Fprint(stdout, "Finished installing dependencies\n\n")
	return closer.Close()
}

func (h *host) About(ctx context.Context, r *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	tc, err := resolve(r.Info)
	if err != nil {
		return nil, err
	}
	info, err := tc.About(ctx)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.AboutResponse{
		Executable: info.PythonExecutable,
		Version:    info.PythonVersion.String(),
		Metadata: map[string]string{
			"host":             "pulumi-ivschat",
			"toolchainVersion": info.ToolchainVersion.String(),
		},
	}, nil
}

func (h *host) GetProgramDependencies(ctx context.Context, r *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	tc, err := resolve(r.Info)
	if err != nil {
		return nil, err
	}
	packages, err := tc.ListPackages(ctx, r.TransitiveDependencies)
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, p := range packages {
		response.Dependencies = append(response.Dependencies,
			&pulumirpc.DependencyInfo{Name: p.Name, Version: p.Version})
	}
	return response, nil
}

func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.stop()
	return &emptypb.Empty{}, nil
}

// serve runs until the engine, whose address is the last argument, cancels or goes away.
func serve() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if self, err = filepath.EvalSymlinks(self); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	h := &host{
		engine: os.Args[len(os.Args)-1],
		exec:   filepath.Join(filepath.Dir(self), "pulumi-language-python-exec"),
		ctx:    ctx,
		stop:   stop,
	}
	go func() { // The engine holds our stdin for as long as it lives.
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	cancelled := make(chan bool)
	context.AfterFunc(ctx, func() { close(cancelled) })

	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancelled,
		Init: func(s *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(s, h)
			return nil
		},
		Options: rpcutil.TracingServerInterceptorOptions(nil),
	})
	if err != nil {
		return err
	}
	fmt.Println(handle.Port) // The engine reads the port here.
	return <-handle.Done
}

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-python:", err)
		os.Exit(1)
	}
}
