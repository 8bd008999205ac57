// Generate the SDK for .NET of a native provider from its schema, which must be valid:
//
//	sdk-dotnet SCHEMA DIRECTORY
//
// Newer releases of pkg/v3 have no generator for .NET: it has moved to a module that the Go module proxy does not have. So this is
// a module of its own, which needs an older pkg/v3 than the engine.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// tool is named at the top of each generated file.
const tool = "pulumi-ivschat"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "Usage: sdk-dotnet SCHEMA DIRECTORY")
		os.Exit(2)
	}
	if err := run(os.Args[1], filepath.Join(os.Args[2], "dotnet")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run makes directory hold the SDK for a schema, and no other files.
func run(schemaFile, directory string) error {
	pkg, err := read(schemaFile)
	if err != nil {
		return err
	}
	http.DefaultTransport = icon{}
	files, err := dotnet.GeneratePackage(tool, pkg, nil, nil)
	if err != nil {
		return fmt.Errorf("cannot generate the SDK for dotnet: %w", err)
	}
	if err := os.RemoveAll(directory); err != nil {
		return err
	}
	for name, content := range files {
		if err := write(filepath.Join(directory, filepath.FromSlash(name)), content); err != nil {
			return err
		}
	}
	return nil
}

func read(schemaFile string) (*schema.Package, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	return schema.ImportSpec(spec, nil, schema.ValidationOptions{})
}

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

// icon answers every request with a blue square. The generator downloads an icon for the NuGet package: nothing is fetched so.
type icon struct{}

func (icon) RoundTrip(request *http.Request) (*http.Response, error) {
	square := image.NewRGBA(image.Rect(0, 0, 64, 64))
	blue := color.RGBA{0x4a, 0x63, 0xd8, 0xff} // of the local service's console
	draw.Draw(square, square.Bounds(), image.NewUniform(blue), image.Point{}, draw.Src)
	var body bytes.Buffer
	if err := png.Encode(&body, square); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(&body), Request: request}, nil
}
