package demologs_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/demologs"
	"domicile/internal/edgelog"
)

func TestTheReaderKnowsEveryDatasetAndWhatItProves(t *testing.T) {
	for _, name := range demologs.Others() {
		t.Run(name, func(t *testing.T) {
			var file bytes.Buffer
			truth, err := demologs.WriteOther(&file, name, plan(500))
			if err != nil {
				t.Fatal(err)
			}
			want, err := edgelog.ParseDataset(name)
			if err != nil {
				t.Fatal(err)
			}
			r := edgelog.NewReader(&file, edgelog.Options{})
			var batch edgelog.Batch
			if !want.CarriesSite() {
				if err := r.Next(&batch); !errors.Is(err, edgelog.ErrNoSite) || r.Dataset() != want {
					t.Errorf("%s, %v", r.Dataset(), err)
				}
				return
			}
			counts := map[demologs.Cell]uint64{}
			for {
				if err := r.Next(&batch); err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
				for i := range batch.Records {
					rec := &batch.Records[i]
					counts[demologs.Cell{Host: string(rec.Host), Site: rec.Site.String(), Hour: int64(rec.Hour())}]++
				}
			}
			if r.Dataset() != want {
				t.Errorf("took it for %s", r.Dataset())
			}
			if diff := cmp.Diff(truth.Counts, counts); diff != "" {
				t.Errorf("(-written +read):\n%s", diff)
			}
		})
	}
}

func TestAnUnknownDatasetIsRefused(t *testing.T) {
	if _, err := demologs.WriteOther(io.Discard, "audit", plan(5)); err == nil {
		t.Error("accepted")
	}
}
