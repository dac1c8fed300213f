/* shape.c -- making a new row from named expressions: what `select` and `output` share. */
#include "processor/op/internal.h"

static struct mr_value fault_of_field(struct mr_arena *a, const struct mr_named *field,
                                      const struct mr_value *error) {
    const char *why =
        error->fault && error->fault->text ? error->fault->text : "cannot be computed";
    return mr_error_value(a, (enum mr_reason)error->aux, "%.*s: %s", MR_STR_ARG(field->name), why);
}

/* NULL: *ret_error says which field failed. */
static const struct mr_value *make_row(const struct mr_shape *s, const struct mr_frame *f,
                                       struct mr_value *ret_error) {
    struct mr_value *row = mr_arena_alloc(f->arena, s->n * sizeof *row);
    for (uint32_t i = 0; i < s->n; i++) {
        const struct mr_named *field = &s->fields[i];
        row[i] = field->copy >= 0 ? f->row[field->copy] : mr_eval(field->program, f);
        if (row[i].tag != MR_V_ERROR) continue;
        *ret_error = fault_of_field(f->arena, field, &row[i]);
        return NULL;
    }
    return row;
}

void mr_shape_process(const struct mr_shape *s, struct mr_op *op, struct mr_rec *recs, size_t n) {
    struct mr_arena *a = mr_op_arena(op);
    struct mr_env_frame f;
    struct mr_value error;
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i], out = *r;
        if (!r->row) {
            mr_null_value(r);
            continue;
        }
        out.row = make_row(s, mr_env_frame(&s->env, r, a, &f), &error);
        if (!out.row) {
            mr_failed(r, &error);
            continue;
        }
        out.flags &= (uint8_t)~MR_RF_RECORD;
        mr_emit(op, r, out);
    }
}

void mr_shape_explain(const struct mr_shape *s, struct mr_buf *to) {
    for (uint32_t i = 0; i < s->n; i++) {
        if (i) mr_buf_cat(to, ", ");
        mr_buf_str(to, s->fields[i].name);
        if (s->fields[i].copy >= 0) continue;
        mr_buf_cat(to, ": ");
        mr_print_text(mr_program_text(s->fields[i].program), to);
    }
}
