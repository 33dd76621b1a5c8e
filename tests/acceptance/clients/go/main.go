// Does with franz-go's client of the registry and hamba/avro what Go services do, and prints what came of it as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/bufbuild/protocompile"
	"github.com/hamba/avro/v2"
	"github.com/hamba/avro/v2/registry"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kversion"
	"github.com/twmb/franz-go/pkg/sr"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// Asked is what standard input says.
type Asked struct {
	URL       string `json:"url"`
	Bootstrap string `json:"bootstrap"`
	Topic     string `json:"topic"`
	Formats   []struct {
		Type      string `json:"type"`
		Schema    string `json:"schema"`
		Reference struct {
			Name   string `json:"name"`
			Schema string `json:"schema"`
		} `json:"reference"`
		Message string         `json:"message"`
		Value   map[string]any `json:"value"`
	} `json:"formats"`
	Breaking string `json:"breaking"`
}

// Done is what came of one format.
type Done struct {
	ID       int            `json:"id"`
	Version  int            `json:"version"`
	Found    int            `json:"found"`
	Consumed map[string]any `json:"consumed"`
}

func main() {
	var asked Asked
	must(json.NewDecoder(os.Stdin).Decode(&asked))
	ctx := context.Background()
	client, err := sr.NewClient(sr.URLs(asked.URL))
	must(err)
	// The embedded broker closes connections that ask for newer versions of the protocol.
	kafka, err := kgo.NewClient(kgo.SeedBrokers(asked.Bootstrap), kgo.ConsumeTopics(asked.Topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.MaxVersions(kversion.V2_8_0()))
	must(err)
	defer kafka.Close()
	done := map[string]Done{}
	for _, format := range asked.Formats {
		var kind sr.SchemaType
		must(kind.UnmarshalText([]byte(format.Type)))
		subject := asked.Topic + "-" + format.Type
		referenced, err := client.CreateSchema(ctx, subject+"-part", sr.Schema{Schema: format.Reference.Schema, Type: kind})
		must(err)
		schema := sr.Schema{Schema: format.Schema, Type: kind, References: []sr.SchemaReference{
			{Name: format.Reference.Name, Subject: referenced.Subject, Version: referenced.Version}}}
		created, err := client.CreateSchema(ctx, subject, schema)
		must(err)
		found, err := client.LookupSchema(ctx, subject, schema)
		must(err)
		codec := codecOf(ctx, client, asked.URL, format.Type, format.Message, created)
		var serde sr.Serde
		serde.Register(created.ID, map[string]any{}, sr.EncodeFn(codec.encode), sr.DecodeFn(codec.decode), sr.Index(codec.index...))
		payload, err := serde.Encode(format.Value)
		must(err)
		must(kafka.ProduceSync(ctx, &kgo.Record{Topic: asked.Topic, Value: payload}).FirstErr())
		value := map[string]any{}
		must(serde.Decode(consumed(ctx, kafka).Value, &value))
		done[format.Type] = Done{ID: created.ID, Version: created.Version, Found: found.ID, Consumed: value}
	}
	_, refused := client.CreateSchema(ctx, asked.Topic+"-AVRO", sr.Schema{Schema: asked.Breaking})
	_, missing := client.SchemaByID(ctx, 2_000_000)
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{"done": done, "refused": fmt.Sprint(refused), "missing": fmt.Sprint(missing)}))
}

type codec struct {
	encode func(any) ([]byte, error)
	decode func([]byte, any) error
	index  []int
}

func codecOf(ctx context.Context, client *sr.Client, url, kind, message string, created sr.SubjectSchema) codec {
	switch kind {
	case "AVRO":
		schema := avroSchema(ctx, client, url, created)
		return codec{
			encode: func(value any) ([]byte, error) { return avro.Marshal(schema, whole(value)) },
			decode: func(data []byte, into any) error { return avro.Unmarshal(schema, data, into) },
		}
	case "PROTOBUF":
		kind := descriptor(ctx, client, message, created)
		return codec{
			encode: func(value any) ([]byte, error) {
				text, err := json.Marshal(value)
				must(err)
				filled := dynamicpb.NewMessage(kind)
				must(protojson.Unmarshal(text, filled))
				return proto.Marshal(filled)
			},
			decode: func(data []byte, into any) error {
				read := dynamicpb.NewMessage(kind)
				must(proto.Unmarshal(data, read))
				text, err := protojson.Marshal(read)
				must(err)
				return json.Unmarshal(text, into)
			},
			index: []int{0},
		}
	default:
		return codec{encode: json.Marshal, decode: json.Unmarshal}
	}
}

// avroSchema parses the text that the registry gives back. hamba's client of the registry does not resolve references, so it
// reads the schema that is referred to.
func avroSchema(ctx context.Context, client *sr.Client, url string, created sr.SubjectSchema) avro.Schema {
	schema, err := client.SchemaByID(ctx, created.ID)
	must(err)
	reader, err := registry.NewClient(url)
	must(err)
	cache := &avro.SchemaCache{}
	for _, reference := range schema.References {
		part, err := reader.GetSchemaByVersion(ctx, reference.Subject, reference.Version)
		must(err)
		_, err = avro.ParseWithCache(part.String(), "", cache)
		must(err)
	}
	parsed, err := avro.ParseWithCache(schema.Schema, "", cache)
	must(err)
	return parsed
}

// descriptor compiles the text that the registry gives back, with the text that it refers to.
func descriptor(ctx context.Context, client *sr.Client, message string, created sr.SubjectSchema) protoreflect.MessageDescriptor {
	schema, err := client.SchemaByID(ctx, created.ID)
	must(err)
	texts := map[string]string{"main.proto": schema.Schema}
	for _, reference := range schema.References {
		part, err := client.SchemaByVersion(ctx, reference.Subject, reference.Version)
		must(err)
		texts[reference.Name] = part.Schema.Schema
	}
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(
		&protocompile.SourceResolver{Accessor: protocompile.SourceAccessorFromMap(texts)})}
	files, err := compiler.Compile(ctx, "main.proto")
	must(err)
	return files[0].Messages().ByName(protoreflect.Name(message))
}

// consumed waits for the next record.
func consumed(ctx context.Context, kafka *kgo.Client) *kgo.Record {
	for {
		fetches := kafka.PollRecords(ctx, 1)
		must(fetches.Err())
		if records := fetches.Records(); len(records) > 0 {
			return records[0]
		}
	}
}

// whole gives numbers without a fraction the type that Avro's int wants: JSON knows one type of numbers.
func whole(value any) any {
	switch value := value.(type) {
	case float64:
		return int(value)
	case map[string]any:
		converted := map[string]any{}
		for name, each := range value {
			converted[name] = whole(each)
		}
		return converted
	default:
		return value
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
