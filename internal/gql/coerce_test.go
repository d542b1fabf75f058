package gql_test

import (
	"encoding/json"
	"strings"
	"testing"

	"domicile/internal/gql"
)

// echoOf returns what the echo field was given, or the first error.
func echoOf(t *testing.T, body string) string {
	t.Helper()
	var r struct {
		Data   map[string]any
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Errors) > 0 {
		return "error: " + r.Errors[0].Message
	}
	for _, v := range r.Data {
		return v.(string)
	}
	return ""
}

func TestLiterals(t *testing.T) {
	tests := map[string]struct{ args, want string }{
		"an integer":                           {`int: 7`, `int=7 required=7`},
		"the largest integer":                  {`int: 2147483647`, `int=2147483647 required=7`},
		"an integer beyond 32 bits":            {`int: 2147483648`, `error: Query.echo(int): expected an integer of 32 bits, found 2147483648`},
		"a float for an integer":               {`int: 7.0`, `error: Query.echo(int): expected an integer of 32 bits, found 7`},
		"a string for an integer":              {`int: "7"`, `error: Query.echo(int): expected an integer of 32 bits, found "7"`},
		"null for a nullable argument":         {`int: null`, `int=null required=7`},
		"an integer for a float":               {`float: 7`, `float=7 required=7`},
		"a float beyond double precision":      {`float: 1e999`, `error: Query.echo(float): expected Float, found 1e999`},
		"an integer for a string":              {`text: 7`, `error: Query.echo(text): expected a string, found 7`},
		"an enum name for a string":            {`text: NOVEL`, `error: Query.echo(text): expected String, found NOVEL`},
		"an integer for a flag":                {`flag: 1`, `error: Query.echo(flag): expected true or false, found 1`},
		"an integer for an identifier":         {`id: 12`, `id="12" required=7`},
		"a long integer for an identifier":     {`id: 99999999999999999999`, `id="99999999999999999999" required=7`},
		"a float for an identifier":            {`id: 1.5`, `error: Query.echo(id): expected a string or an integer, found 1.5`},
		"an enum value":                        {`genre: NOVEL`, `genre="NOVEL" required=7`},
		"a string for an enum":                 {`genre: "NOVEL"`, `error: Query.echo(genre): expected a value of Genre, found "NOVEL"`},
		"an unknown enum value":                {`genre: SONNET`, `error: Query.echo(genre): expected a value of Genre, found SONNET`},
		"a custom scalar":                      {`date: "2024-02-29"`, `date=2024-02-29 required=7`},
		"a custom scalar that is wrong":        {`date: "2023-02-29"`, `error: Query.echo(date): a Date is written YYYY-MM-DD`},
		"a list":                               {`list: [1, null, 3]`, `list=[1 null 3] required=7`},
		"one item for a list":                  {`list: 1`, `list=[1] required=7`},
		"null for a list":                      {`list: null`, `list=null required=7`},
		"null in a strict list":                {`strict: [1, null]`, `error: Query.echo(strict): at [1]: Int! cannot be null`},
		"one item for a list of lists":         {`matrix: 1`, `matrix=[[1]] required=7`},
		"items for a list of lists":            {`matrix: [1, [2], null]`, `matrix=[[1] [2] null] required=7`},
		"an input object with its defaults":    {`input: {}`, `input={title="any" genres=["NOVEL" "ESSAY"]} required=7`},
		"an input object within another":       {`input: { pages: { from: 1 }, title: null }`, `input={title=null genres=["NOVEL" "ESSAY"] pages={from=1 to=1000}} required=7`},
		"an unknown input field":               {`input: { colour: "red" }`, `error: Query.echo(input): BookFilter has no field "colour"`},
		"an input field that is required":      {`input: { pages: { to: 3 } }`, `error: Query.echo(input): at .pages: Range.from is required`},
		"an input field given twice":           {`input: { exact: true, exact: true }`, `error: There can be only one input field named "exact".`},
		"one field of a oneOf":                 {`choice: { number: 1 }`, `choice={number=1} required=7`},
		"no field of a oneOf":                  {`choice: {}`, `error: Query.echo(choice): Choice takes exactly one field, found 0`},
		"null for an argument with a default":  {`required: null`, `error: Query.echo(required): Int! cannot be null`},
		"an object for a scalar":               {`int: { a: 1 }`, `error: Query.echo(int): expected Int, found an object`},
		"a list for a scalar":                  {`int: [1]`, `error: Query.echo(int): expected Int, found a list`},
		"a block string":                       {"text: \"\"\"\n    a\n      b\n    \"\"\"", `text="a\n  b" required=7`},
		"a string with escapes":                {`text: "\u00e9\ud83d\ude00\u{1F600}\t"`, `text="é😀😀\t" required=7`},
		"an integer beyond 64 bits for a Date": {`date: 99999999999999999999`, `error: Query.echo(date): a Date is written YYYY-MM-DD`},
	}
	s := newLibrary(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := echoOf(t, execute(t, s, gql.Request{Query: "{ echo(" + test.args + ") }"}))
			if got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestVariables(t *testing.T) {
	tests := map[string]struct{ declared, args, given, want string }{
		"a variable that is absent":                    {`$v: Int`, `int: $v`, `{}`, `required=7`},
		"a variable that is null":                      {`$v: Int`, `int: $v`, `{"v":null}`, `int=null required=7`},
		"a default for an absent variable":             {`$v: Int = 4`, `int: $v`, `{}`, `int=4 required=7`},
		"null in spite of a default":                   {`$v: Int = 4`, `int: $v`, `{"v":null}`, `int=null required=7`},
		"a default that is null":                       {`$v: Int = null`, `int: $v`, `{}`, `int=null required=7`},
		"an absent variable leaves the field's own":    {`$v: Int`, `required: $v`, `{}`, `required=7`},
		"a null variable for a non-null argument":      {`$v: Int`, `required: $v`, `{"v":null}`, `error: argument "required": $v is null, Int! is required`},
		"a required variable that is absent":           {`$v: Int!`, `int: $v`, `{}`, `error: variable $v of type Int!: is required and was not given`},
		"a required variable that is null":             {`$v: Int!`, `int: $v`, `{"v":null}`, `error: variable $v of type Int!: Int! cannot be null`},
		"a number without a fraction":                  {`$v: Int`, `int: $v`, `{"v":7.0}`, `int=7 required=7`},
		"a number with a fraction":                     {`$v: Int`, `int: $v`, `{"v":7.5}`, `error: variable $v of type Int: expected an integer of 32 bits, found 7.5`},
		"an integer beyond 32 bits":                    {`$v: Int`, `int: $v`, `{"v":4294967296}`, `error: variable $v of type Int: expected an integer of 32 bits, found 4294967296`},
		"a string for an integer":                      {`$v: Int`, `int: $v`, `{"v":"7"}`, `error: variable $v of type Int: expected an integer of 32 bits, found "7"`},
		"a flag for a string":                          {`$v: String`, `text: $v`, `{"v":true}`, `error: variable $v of type String: expected a string, found true`},
		"a number for an identifier":                   {`$v: ID`, `id: $v`, `{"v":12}`, `id="12" required=7`},
		"a number too large for a double":              {`$v: Float`, `float: $v`, `{"v":1e999}`, `error: variable $v of type Float: expected Float, found 1e999`},
		"an enum value":                                {`$v: Genre`, `genre: $v`, `{"v":"POEM"}`, `genre="POEM" required=7`},
		"an unknown enum value":                        {`$v: Genre`, `genre: $v`, `{"v":"SONNET"}`, `error: variable $v of type Genre: expected a value of Genre, found "SONNET"`},
		"a custom scalar":                              {`$v: Date`, `date: $v`, `{"v":"2024-02-29"}`, `date=2024-02-29 required=7`},
		"one item for a list":                          {`$v: [Int]`, `list: $v`, `{"v":1}`, `list=[1] required=7`},
		"an item of a list":                            {`$v: Int`, `list: [1, $v]`, `{}`, `list=[1 null] required=7`},
		"an item of a strict list that is absent":      {`$v: Int! = 2`, `strict: [1, $v]`, `{}`, `strict=[1 2] required=7`},
		"an input object":                              {`$v: BookFilter`, `input: $v`, `{"v":{"exact":true}}`, `input={title="any" genres=["NOVEL" "ESSAY"] exact=true} required=7`},
		"a field of an input object":                   {`$v: Boolean`, `input: { exact: $v }`, `{"v":true}`, `input={title="any" genres=["NOVEL" "ESSAY"] exact=true} required=7`},
		"a field of an input object that is absent":    {`$v: String`, `input: { title: $v }`, `{}`, `input={title="any" genres=["NOVEL" "ESSAY"]} required=7`},
		"an unknown field of an input object":          {`$v: BookFilter`, `input: $v`, `{"v":{"b":1,"a":1}}`, `error: variable $v of type BookFilter: BookFilter has no field "a"`},
		"a wrong item deep in an input object":         {`$v: BookFilter`, `input: $v`, `{"v":{"genres":["NOVEL",1]}}`, `error: variable $v of type BookFilter: at .genres[1]: expected a value of Genre, found 1`},
		"two fields of a oneOf":                        {`$v: Choice`, `choice: $v`, `{"v":{"number":1,"text":"x"}}`, `error: variable $v of type Choice: Choice takes exactly one field, found 2`},
		"a null field of a oneOf":                      {`$v: Choice`, `choice: $v`, `{"v":{"number":null}}`, `error: variable $v of type Choice: Choice.number cannot be null`},
		"a nullable variable in a oneOf":               {`$v: Int`, `choice: { number: $v }`, `{"v":1}`, `error: variable $v must be non-null: it stands in a @oneOf input`},
		"a non-null variable in a oneOf":               {`$v: Int!`, `choice: { number: $v }`, `{"v":1}`, `choice={number=1} required=7`},
		"a variable of the wrong type":                 {`$v: String`, `int: $v`, `{"v":"1"}`, `error: variable $v of type String cannot stand where Int is expected`},
		"a nullable variable where null is impossible": {`$v: Int`, `strict: [$v]`, `{"v":1}`, `error: variable $v of type Int cannot stand where Int! is expected`},
		"a list where one is expected":                 {`$v: [Int]`, `int: $v`, `{"v":1}`, `error: variable $v of type [Int] cannot stand where Int is expected`},
		"a default of the wrong type":                  {`$v: Int = "x"`, `int: $v`, `{}`, `error: default of $v: expected an integer of 32 bits, found "x"`},
		"an unknown variable is ignored":               {`$v: Int`, `int: $v`, `{"w":[[]]}`, `required=7`},
	}
	s := newLibrary(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := json.NewDecoder(strings.NewReader(test.given))
			d.UseNumber()
			var vars map[string]any
			if err := d.Decode(&vars); err != nil {
				t.Fatal(err)
			}
			query := "query(" + test.declared + ") { echo(" + test.args + ") }"
			got := echoOf(t, execute(t, s, gql.Request{Query: query, Variables: vars}))
			if got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestSkipAndIncludeFollowEachMergedField(t *testing.T) {
	tests := map[string]struct{ query, a, b, want string }{
		"a field is there when one mention is":         {`{ hello @include(if: $a) hello @include(if: $b) }`, "false", "true", `{"hello":"hello world"}`},
		"a field is gone when no mention is there":     {`{ hello @include(if: $a) hello @include(if: $b) }`, "false", "false", `{}`},
		"the first mention that is there sets place":   {`{ hello @include(if: $a) numbers hello @include(if: $b) old }`, "false", "true", `{"numbers":[1,2,3],"hello":"hello world","old":1}`},
		"the first mention comes first":                {`{ hello @include(if: $a) numbers hello @include(if: $b) old }`, "true", "true", `{"hello":"hello world","numbers":[1,2,3],"old":1}`},
		"fields below a mention that is gone are gone": {`{ self @include(if: $a) { hello } self @include(if: $b) { numbers } }`, "true", "false", `{"self":{"hello":"hello world"}}`},
		"fields below both mentions":                   {`{ self @include(if: $a) { hello } self @include(if: $b) { numbers } }`, "true", "true", `{"self":{"hello":"hello world","numbers":[1,2,3]}}`},
		"skip wins over include":                       {`{ hello @skip(if: $a) @include(if: $b) numbers }`, "true", "true", `{"numbers":[1,2,3]}`},
		"a fragment spread twice":                      {`{ ...F @include(if: $a) numbers ...F @include(if: $b) } fragment F on Query { hello }`, "false", "true", `{"numbers":[1,2,3],"hello":"hello world"}`},
		"a fragment within a condition":                {`{ ... @skip(if: $a) { ...F } ...F @include(if: $b) } fragment F on Query { hello }`, "true", "false", `{}`},
	}
	s := newLibrary(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			query := "query($a: Boolean!, $b: Boolean!) " + test.query
			vars := map[string]any{"a": test.a == "true", "b": test.b == "true"}
			if !strings.Contains(test.query, "$b") {
				query = strings.Replace(query, ", $b: Boolean!", "", 1)
			}
			if got := dataOf(execute(t, s, gql.Request{Query: query, Variables: vars})); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}
