"""Ten ways to break millrace that the simulator must notice, as changes of its sources.

  tests/sim/sabotage.py NAME.c TO     the source of that name with its sabotage, into the file TO (for meson)

The sources of millrace know nothing of this: the broken copies go into one test program, where MR_SABOTAGE in
the environment says which of the changes is live. A text that is not found, or found twice, is an error: the
place has changed, and its row here must follow. Run by tests/sim/saboteurs.
"""
import os, re, sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# name: (what is wrong, [(file, text that stands there once, text instead)]); ON = this sabotage is live
SABOTEURS = {
    'skip_a_record': ('some records are taken and never processed', [
        ('processor/task/input.c',
         '        mr_graph_push(g, in->index, r);\n',
         '        if (!ON || m->offset % 7 != 3) mr_graph_push(g, in->index, r);\n')]),

    'apply_before_commit': ('stores take their changes as committed before the broker has answered', [
        ('processor/task/commit.c',
         '    case P_COMMIT: return mr_producer_commit(w->producer, err);\n',
         '''    case P_COMMIT:
        for (struct mr_task *t = w->tasks; ON && t; t = t->next)
            for (uint16_t i = 0; t->touched && i < t->sub->n_stores; i++)
                mr_store_commit(t->stores[i], t->logs[i].next, w->conf.clock->wall_ms(w->conf.clock));
        return mr_producer_commit(w->producer, err);
''')]),

    'drop_an_abort': ('an abort rewinds the inputs, but leaves the stores as they are', [
        ('processor/task/task.c',
         'i < t->sub->n_stores; i++) mr_store_abort(t->stores[i]);\n',
         'i < t->sub->n_stores && !ON; i++) mr_store_abort(t->stores[i]);\n')]),

    'stale_position': ('the position that is committed now and then is the one of the last commit', [
        ('processor/task/commit.c',
         '(struct mr_offset){in->tp, in->position, metadata(w, t, in)};\n',
         '''(struct mr_offset){
                in->tp, ON && t->commit % 3 == 2 && in->committed >= 0 ? in->committed : in->position,
                metadata(w, t, in)};
''')]),

    'forget_a_clock': ('a task that starts does not read the times of its steps', [
        ('processor/op/clock.c',
         '    if (!clock.n || *clock.p != CLOCK_VERSION) return;\n',
         '    if (ON || !clock.n || *clock.p != CLOCK_VERSION) return;\n')]),

    'ignore_the_commit_number': ('after an unknown outcome offsets alone decide', [
        ('processor/task/commit.c',
         '''        reached |= o->offset >= 0 && mr_offset_meta_read(o->meta, &meta) &&
                   meta.commit == t->commit + 1 && meta.writer == w->writer;
''',
         '''        reached |= o->offset >= 0 && mr_offset_meta_read(o->meta, &meta) &&
                   (ON ? o->offset == t->ins[t->sub->anchor].position
                       : meta.commit == t->commit + 1 && meta.writer == w->writer);
''')]),

    'drop_a_bucket_before_the_commit': ('a closed window leaves the disk at once', [
        ('state/window.c',
         '''    b->closed = true;
    s->n_closed++;
''',
         '''    b->closed = true;
    s->n_closed++;
    if (ON) drop_rows(s, b);
'''),
        ('state/window.c',
         'static struct mr_bucket *open_from(',
         '''static void drop_rows(struct mr_store *s, struct mr_bucket *b);

static struct mr_bucket *open_from(''')]),

    'restore_a_table_to_the_high_watermark': ('a task that starts again reads its tables to their ends first', [
        ('processor/task/task.c',
         '''    int64_t ka = order_key(a), kb = order_key(b);
    if (ka != kb) return ka < kb;
    int ra = rank(a->plan), rb = rank(b->plan);
''',
         '''    int64_t ka = order_key(a), kb = order_key(b);
    int ra = rank(a->plan), rb = rank(b->plan);
    if (ON && a->task->open_since_ms < 0 && ra != rb) return ra < rb;
    if (ka != kb) return ka < kb;
'''),
        ('processor/task/task.c',
         '    t->first = true;\n',
         '    t->first = true;\n    if (ON && t->commit > 0) t->open_since_ms = -1;\n')]),

    'null_result_at_the_own_window': ('a row without a match is sent when its own window is over, not the other\'s', [
        ('processor/op/stream_join.c',
         '''    return mr_time_add(mr_time_add(ts, window_of(conf)), 1);
''',
         '''    int64_t own = conf->reach_ms[LEFT] + conf->grace_ms;
    return mr_time_add(mr_time_add(ts, ON ? own : window_of(conf)), 1);
'''),
        ('processor/op/stream_join.c',
         '    return turn_of(conf_of(op), mr_time_add(start, s->kept.size_ms - 1));\n',
         '''    int64_t last = mr_time_add(start, s->kept.size_ms - 1);
    return mr_time_add(mr_time_add(last, window_of(conf_of(op))), 1);
''')]),

    'lose_the_max_jump_run': ('records ahead of time are not in the metadata of the offset', [
        ('processor/op/time.c',
         '    for (unsigned i = 0; i < s->n_run; i++)\n        mr_buf_printf(to, ',
         '    for (unsigned i = 0; i < s->n_run && !ON; i++)\n        mr_buf_printf(to, ')]),
}


def files():
    return sorted({file for _, changes in SABOTEURS.values() for file, *_ in changes})


def broken(file):
    with open(os.path.join(ROOT, file)) as f: text = f.read()
    for name, (_, changes) in SABOTEURS.items():
        for at, find, instead in changes:
            if at != file: continue
            n = text.count(find)
            if n != 1: sys.exit(f'tests/sim/sabotage.py: {name}: its place in {file} is found {n} times:\n{find}')
            text = text.replace(find, re.sub(r'\bON\b', f'sim_sabotaged("{name}")', instead))
    return '#include "tests/sim/sabotage.h"\n#line 1 "' + file + '"\n' + text


if __name__ == '__main__':
    name, to = sys.argv[1:]
    with open(to, 'w') as f: f.write(broken(next(f for f in files() if f.endswith('/' + name))))
