// Generate the SDKs for .NET and Java of a native provider from its schema, which must be valid:
//
//	sdk-dotnet-java SCHEMA DIRECTORY
//
// Both generators need an older pkg/v3 than the engine, so this is a module of its own. Newer releases of pkg/v3 have no generator
// for .NET: it has moved to a module that the Go module proxy does not have. The one for Java is in the module of Pulumi's Java host,
// which is a tool of this module: `go build tool` builds the host from the same packages.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-java/pkg/codegen/java"
	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// tool is named at the top of each generated file.
const tool = "pulumi-ivschat"

var generators = map[string]func(*schema.Package) (map[string][]byte, error){
	"dotnet": func(pkg *schema.Package) (map[string][]byte, error) {
		return dotnet.GeneratePackage(tool, pkg, nil, nil)
	},
	"java": func(pkg *schema.Package) (map[string][]byte, error) {
		return java.GeneratePackage(tool, pkg, nil, nil, false, false)
	},
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "Usage: sdk-dotnet-java SCHEMA DIRECTORY")
		os.Exit(2)
	}
	http.DefaultTransport = icon{}
	for language := range generators {
		if err := run(os.Args[1], language, filepath.Join(os.Args[2], language)); err != nil {
			fmt.Fprintf(os.Stderr, "cannot generate the SDK for %s: %v\n", language, err)
			os.Exit(1)
		}
	}
}

// run makes directory hold the SDK of a schema for one language, and no other files.
func run(schemaFile, language, directory string) error {
	pkg, err := read(schemaFile)
	if err != nil {
		return err
	}
	files, err := generators[language](pkg)
	if err != nil {
		return err
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

// read returns a package that one generator may change.
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
