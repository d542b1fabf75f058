package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"domicile/internal/redisstore/redistest"
)

// password is one that an address has to encode.
const password = "pa55@word"

// TestRedisScripts runs the binary on a store that machines share.
func TestRedisScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/redis", UpdateScripts: *update, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			s := redistest.Start(t, "--requirepass", password)
			s.Password = password
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("XDG_DATA_HOME", e.WorkDir+"/share")
			e.Setenv("SHARED", s.Address())
			e.Setenv("SERVER", "127.0.0.1:"+s.Port)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "freeport": freePort, "get": get, "post": post, "until": until,
		},
	})
}
