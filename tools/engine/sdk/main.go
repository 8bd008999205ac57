// Generate the SDKs of a native provider from its schema, one for each language that pkg/v3 has a generator for:
//
//	sdk SCHEMA DIRECTORY
//
// `pulumi package gen-sdk` needs the official language hosts, which are not on the Go module proxy. This program calls
// the generators that those hosts call. Those for .NET and Java need an older pkg/v3: ../sdk-dotnet-java.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/blang/semver"
	"github.com/hashicorp/hcl/v2"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// tool is named at the top of each generated file.
const tool = "pulumi-ivschat"

var generators = map[string]func(*schema.Package) (map[string][]byte, error){
	"go": func(pkg *schema.Package) (map[string][]byte, error) {
		return gogen.GeneratePackage(tool, pkg, nil)
	},
	"nodejs": func(pkg *schema.Package) (map[string][]byte, error) {
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, noOtherPackages{})
	},
	"python": func(pkg *schema.Package) (map[string][]byte, error) {
		return python.GeneratePackage(tool, pkg, nil, noOtherPackages{})
	},
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "Usage: sdk SCHEMA DIRECTORY")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run validates the schema and writes each SDK into the folder of directory that is named after the language.
func run(schemaFile, directory string) error {
	spec, err := read(schemaFile)
	if err != nil {
		return fmt.Errorf("%s is not a valid schema: %w", schemaFile, err)
	}
	for language, generate := range generators {
		// Each generator gets a package of its own, because generators change it.
		pkg, err := schema.ImportSpec(*spec, nil, noOtherPackages{}, schema.ValidationOptions{})
		if err != nil {
			return err
		}
		files, err := generate(pkg)
		if err != nil {
			return fmt.Errorf("cannot generate the SDK for %s: %w", language, err)
		}
		if err := replace(filepath.Join(directory, language), files); err != nil {
			return err
		}
	}
	return nil
}

// read returns a schema and prints its diagnostics. It fails if one of them is an error.
func read(schemaFile string) (*schema.PackageSpec, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	_, diagnostics, err := schema.BindSpec(spec, noOtherPackages{}, schema.ValidationOptions{})
	for _, diagnostic := range diagnostics {
		kind := "warning"
		if diagnostic.Severity == hcl.DiagError {
			kind = "error"
		}
		fmt.Fprintf(os.Stderr, "%s: %s\n", kind, diagnostic.Summary)
	}
	if err == nil && diagnostics.HasErrors() {
		err = errors.New("see the errors above")
	}
	return &spec, err
}

// replace makes directory hold these files and no others.
func replace(directory string, files map[string][]byte) error {
	if err := os.RemoveAll(directory); err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(directory, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// noOtherPackages is the loader for a schema that refers to no other package.
type noOtherPackages struct{}

func refuse(name string) error {
	return fmt.Errorf("the schema refers to another package: %s", name)
}

func (noOtherPackages) LoadPackage(name string, _ *semver.Version) (*schema.Package, error) {
	return nil, refuse(name)
}

func (noOtherPackages) LoadPackageV2(_ context.Context, descriptor *schema.PackageDescriptor) (*schema.Package, error) {
	return nil, refuse(descriptor.String())
}

func (noOtherPackages) LoadPackageReference(name string, _ *semver.Version) (schema.PackageReference, error) {
	return nil, refuse(name)
}

func (noOtherPackages) LoadPackageReferenceV2(
	_ context.Context, descriptor *schema.PackageDescriptor,
) (schema.PackageReference, error) {
	return nil, refuse(descriptor.String())
}
