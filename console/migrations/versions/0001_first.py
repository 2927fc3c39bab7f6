"""The first schema: tables, the walls (row-level security), name fragments, and the rights of the application role."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql
from sqlalchemy import Text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# nullif: on a pooled connection a setting that was local to an earlier transaction reads '' and not NULL, and '' would
# let every code pass the lower bound (FLASK_ADMIN.md 2d).
ALL = "current_setting('app.all', true) = 'on'"


def setting(name: str) -> str:
    return f"nullif(current_setting('app.{name}', true), '')"


def within(column: str, low: str, high: str) -> str:
    return f"({column} >= {setting(low)} AND {column} < {setting(high)})"


CASE = f"({ALL} OR {within('region_code', 'lo', 'hi')} OR expert_id = {setting('expert')}::bigint)"
EXPERT = f"({ALL} OR {within('region_code', 'lo', 'hi')} OR id = {setting('expert')}::bigint)"
GRAM = f"({ALL} OR {within('region_code', 'lo', 'hi')})"
KINDS = f"= ANY (string_to_array({setting('acc_kinds')}, ','))"
ACCOUNT = (
    f"({ALL} OR ({within('region_code', 'acc_lo', 'acc_hi')} AND kind {KINDS})"
    f" OR id = {setting('account')}::bigint)"
)
ACCOUNT_ROW = (
    f"({ALL} OR ({within('region_code', 'acc_lo', 'acc_hi')} AND account_kind {KINDS})"
    f" OR account_id = {setting('account')}::bigint)"
)
AUDIT = (
    f"({ALL} OR {within('region_code', 'audit_lo', 'audit_hi')}"
    f" OR (region_code IS NULL AND {setting('audit_lo')} IS NOT NULL))"
)
REFERENCE = f"({ALL} OR {within('region_code', 'ref_lo', 'ref_hi')})"

CASE_TABLES = (
    "application", "attachment", "certificate", "document", "expert_specialty", "field_change", "review",
    "review_mark", "step_log",
)
ACCOUNT_TABLES = ("password_history", "role_grant", "user_session")
MESSAGE_TABLES = ("inbox_message", "outbox_message")
REFERENCE_TABLES = ("department", "organisation")
APPEND_ONLY = ("audit_entry", "field_change", "step_log")

GRAMS = """
CREATE FUNCTION expert_grams() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM expert_gram WHERE expert_id = OLD.id;
  RETURN NULL;
END $$;
CREATE FUNCTION expert_grams_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    DELETE FROM expert_gram WHERE expert_id = OLD.id;
  END IF;
  INSERT INTO expert_gram (gram, created_at, expert_id, region_code)
  SELECT DISTINCT substr(lower(NEW.name), start, size), NEW.created_at, NEW.id, NEW.region_code
  FROM generate_series(1, 4) AS size, generate_series(1, greatest(char_length(NEW.name), 1)) AS start
  WHERE start + size - 1 <= char_length(NEW.name);
  RETURN NULL;
END $$;
CREATE TRIGGER expert_grams_delete AFTER DELETE ON expert FOR EACH ROW EXECUTE FUNCTION expert_grams();
CREATE TRIGGER expert_grams_insert AFTER INSERT ON expert FOR EACH ROW EXECUTE FUNCTION expert_grams_new();
CREATE TRIGGER expert_grams_update AFTER UPDATE OF name, region_code, created_at ON expert FOR EACH ROW
  WHEN (OLD.name IS DISTINCT FROM NEW.name OR OLD.region_code IS DISTINCT FROM NEW.region_code
        OR OLD.created_at IS DISTINCT FROM NEW.created_at) EXECUTE FUNCTION expert_grams_new();
"""

# What belongs to the person follows him; cases and papers stay where they were decided (MODEL.md decision 20).
MOVE = """
CREATE FUNCTION expert_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE expert_specialty SET region_code = NEW.region_code WHERE expert_id = NEW.id;
  UPDATE attachment SET region_code = NEW.region_code WHERE expert_id = NEW.id;
  UPDATE account SET region_code = NEW.region_code WHERE id = NEW.account_id;
  UPDATE role_grant SET region_code = NEW.region_code WHERE account_id = NEW.account_id;
  UPDATE user_session SET region_code = NEW.region_code WHERE account_id = NEW.account_id;
  RETURN NULL;
END $$;
CREATE TRIGGER expert_moved AFTER UPDATE OF region_code ON expert FOR EACH ROW
  WHEN (OLD.region_code IS DISTINCT FROM NEW.region_code) EXECUTE FUNCTION expert_moved();
"""


def policy(table: str, read: str, insert: str | None = None) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({read})")
    op.execute(f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({insert or read})")
    op.execute(f"CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({read}) WITH CHECK ({read})")
    op.execute(f"CREATE POLICY {table}_delete ON {table} FOR DELETE USING ({read})")


def raise_walls() -> None:
    for table in CASE_TABLES:
        policy(table, CASE)
    for table in ACCOUNT_TABLES:
        policy(table, ACCOUNT_ROW)
    for table in MESSAGE_TABLES:
        policy(table, ACCOUNT_ROW, "true")  # whoever acts may write to anybody; nobody reads what is not his
    policy("expert", EXPERT)
    policy("expert_gram", GRAM)
    policy("account", ACCOUNT)
    policy("audit_entry", AUDIT, "true")
    for table in REFERENCE_TABLES:
        policy(table, REFERENCE)
        op.execute(f"ALTER POLICY {table}_read ON {table} USING (true)")
    role = context.config.attributes.get("app_role") or "console_app"
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
    op.execute("REVOKE ALL ON FUNCTION expert_grams(), expert_grams_new(), expert_moved() FROM PUBLIC")


def upgrade():
    create_tables()
    op.execute(GRAMS)
    op.execute(MOVE)
    raise_walls()


def downgrade():
    for trigger in ("expert_moved", "expert_grams_update", "expert_grams_insert", "expert_grams_delete"):
        op.execute(f"DROP TRIGGER {trigger} ON expert")
    op.execute("DROP FUNCTION expert_moved(), expert_grams(), expert_grams_new()")
    drop_tables()


def create_tables():
# ### commands auto generated by Alembic - please adjust! ###
    op.create_table('attempt',
    sa.Column('subject', sa.String(length=160, collation='C'), nullable=False),
    sa.Column('window_start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('subject', 'window_start', name=op.f('pk_attempt'))
    )
    op.create_table('audit_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('event', sa.String(14), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('actor_name', sa.String(length=60), nullable=False),
    sa.Column('because', sa.String(length=120), nullable=False),
    sa.Column('table_name', sa.String(length=40), nullable=False),
    sa.Column('record_id', sa.String(length=64), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=True),
    sa.Column('ip', sa.String(length=45), nullable=False),
    sa.Column('request_id', sa.String(length=36), nullable=False),
    sa.Column('changes', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.CheckConstraint("event IN ('create', 'update', 'delete', 'reveal', 'download', 'export', 'login', 'login_failed', 'logout', 'password_reset', 'unlock', 'refused', 'system')", name=op.f('ck_audit_entry_event_listed')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    op.create_index(op.f('ix_audit_entry_actor_id'), 'audit_entry', ['actor_id'], unique=False)
    op.create_index(op.f('ix_audit_entry_at'), 'audit_entry', ['at'], unique=False)
    op.create_index('ix_audit_entry_record', 'audit_entry', ['table_name', 'record_id'], unique=False)
    op.create_table('calendar_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('working', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_calendar_day'))
    )
    op.create_table('captcha_challenge',
    sa.Column('token_hash', sa.String(length=64, collation='C'), nullable=False),
    sa.Column('kind', sa.String(7), nullable=False),
    sa.Column('answer', sa.String(length=80), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('passed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("kind IN ('slider', 'picture')", name=op.f('ck_captcha_challenge_kind_listed')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_captcha_challenge'))
    )
    op.create_table('expert_gram',
    sa.Column('gram', sa.String(length=4, collation='C'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expert_id', sa.BigInteger(), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.PrimaryKeyConstraint('gram', 'created_at', 'expert_id', name=op.f('pk_expert_gram'))
    )
    op.create_index(op.f('ix_expert_gram_expert_id'), 'expert_gram', ['expert_id'], unique=False)
    op.create_index('ix_expert_gram_search', 'expert_gram', ['gram', sa.literal_column('created_at DESC'), sa.literal_column('expert_id DESC')], unique=False, postgresql_include=['region_code'])
    op.create_table('idempotency_key',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.Column('location', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_idempotency_key'))
    )
    op.create_table('job_run',
    sa.Column('job', sa.String(length=40), nullable=False),
    sa.Column('slot', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('result', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('job', 'slot', name=op.f('pk_job_run'))
    )
    op.create_table('message_template',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('placeholders', sa.String(length=200), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_message_template'))
    )
    op.create_table('number_counter',
    sa.Column('series', sa.String(length=60), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('series', 'period', name=op.f('pk_number_counter'))
    )
    op.create_table('one_time_code',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('purpose', sa.String(8), nullable=False),
    sa.Column('phone_index', sa.String(length=64, collation='C'), nullable=False),
    sa.Column('code_hash', sa.String(length=64, collation='C'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ip', sa.String(length=45), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("purpose IN ('register', 'login', 'reset')", name=op.f('ck_one_time_code_purpose_listed')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_code'))
    )
    op.create_index(op.f('ix_one_time_code_phone_index'), 'one_time_code', ['phone_index'], unique=False)
    op.create_table('parameter',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(12), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('clause', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("unit IN ('days', 'working_days', 'hours', 'minutes', 'seconds', 'years', 'age', 'count', 'megabytes', 'switch')", name=op.f('ck_parameter_unit_listed')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parameter')),
    sa.UniqueConstraint('key', 'valid_from', name=op.f('uq_parameter_key_valid_from'))
    )
    op.create_table('region',
    sa.Column('code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('level', sa.String(10), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('parent_code', sa.String(length=6, collation='C'), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('successor_code', sa.String(length=6, collation='C'), nullable=True),
    sa.Column('sort_key', sa.String(length=120, collation='C'), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(level = 'province') = (parent_code IS NULL)", name=op.f('ck_region_province_has_no_parent')),
    sa.CheckConstraint("code ~ '^[0-9]{6}$'", name=op.f('ck_region_code_six_digits')),
    sa.CheckConstraint("level IN ('province', 'prefecture', 'district')", name=op.f('ck_region_level_listed')),
    sa.ForeignKeyConstraint(['parent_code'], ['region.code'], name=op.f('fk_region_parent_code')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_region'))
    )
    op.create_index(op.f('ix_region_parent_code'), 'region', ['parent_code'], unique=False)
    op.create_table('taxonomy',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_taxonomy')),
    sa.UniqueConstraint('code', name=op.f('uq_taxonomy_code'))
    )
    op.create_table('worker_beat',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_worker_beat'))
    )
    op.create_table('organisation',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('short_name', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(18), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('certificate_prefix', sa.String(length=10), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('bureau', 'safety_committee', 'disaster_committee')", name=op.f('ck_organisation_kind_listed')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_organisation_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('code', name=op.f('uq_organisation_code'))
    )
    op.create_index(op.f('ix_organisation_region_code'), 'organisation', ['region_code'], unique=False)
    op.create_table('programme',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('pool_name', sa.String(length=40), nullable=False),
    sa.Column('organiser', sa.String(length=80), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('taxonomy_id', sa.BigInteger(), nullable=False),
    sa.Column('certificate_prefix', sa.String(length=10), nullable=False),
    sa.Column('application_prefix', sa.String(length=10), nullable=False),
    sa.Column('certificate_title', sa.String(length=40), nullable=False),
    sa.Column('login_captcha', sa.String(7), nullable=False),
    sa.Column('staff_reset_mode', sa.String(9), nullable=False),
    sa.Column('support_reset_mode', sa.String(9), nullable=False),
    sa.Column('withdraw_allowed', sa.Boolean(), nullable=False),
    sa.Column('sms_sign', sa.String(length=20), nullable=False),
    sa.Column('support_phone', sa.String(length=40), nullable=False),
    sa.Column('support_qq', sa.String(length=20), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("login_captcha IN ('slider', 'picture')", name=op.f('ck_programme_login_captcha_listed')),
    sa.CheckConstraint("staff_reset_mode IN ('typed', 'generated')", name=op.f('ck_programme_staff_reset_mode_listed')),
    sa.CheckConstraint("support_reset_mode IN ('typed', 'generated')", name=op.f('ck_programme_support_reset_mode_listed')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_programme_region_code')),
    sa.ForeignKeyConstraint(['taxonomy_id'], ['taxonomy.id'], name=op.f('fk_programme_taxonomy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme')),
    sa.UniqueConstraint('code', name=op.f('uq_programme_code'))
    )
    op.create_index(op.f('ix_programme_taxonomy_id'), 'programme', ['taxonomy_id'], unique=False)
    op.create_table('taxonomy_node',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('taxonomy_id', sa.BigInteger(), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('short_name', sa.String(length=40), nullable=False),
    sa.Column('source_text', sa.String(length=80), nullable=False),
    sa.Column('selectable', sa.Boolean(), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.Column('retired_on', sa.Date(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(level = 1) = (parent_id IS NULL)', name=op.f('ck_taxonomy_node_top_has_no_parent')),
    sa.CheckConstraint('level BETWEEN 1 AND 4', name=op.f('ck_taxonomy_node_level_range')),
    sa.ForeignKeyConstraint(['parent_id'], ['taxonomy_node.id'], name=op.f('fk_taxonomy_node_parent_id')),
    sa.ForeignKeyConstraint(['taxonomy_id'], ['taxonomy.id'], name=op.f('fk_taxonomy_node_taxonomy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_taxonomy_node')),
    sa.UniqueConstraint('taxonomy_id', 'code', name=op.f('uq_taxonomy_node_taxonomy_id_code'))
    )
    op.create_index(op.f('ix_taxonomy_node_parent_id'), 'taxonomy_node', ['parent_id'], unique=False)
    op.create_index(op.f('ix_taxonomy_node_taxonomy_id'), 'taxonomy_node', ['taxonomy_id'], unique=False)
    op.create_table('department',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('organisation_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('short_name', sa.String(length=40), nullable=False),
    sa.Column('industries', sa.String(length=120), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('accepts_applications', sa.Boolean(), nullable=False),
    sa.Column('is_registrar', sa.Boolean(), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_department_organisation_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_department_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_department')),
    sa.UniqueConstraint('code', name=op.f('uq_department_code')),
    sa.UniqueConstraint('organisation_id', 'name', name=op.f('uq_department_organisation_id_name'))
    )
    op.create_index(op.f('ix_department_organisation_id'), 'department', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_department_region_code'), 'department', ['region_code'], unique=False)
    op.create_table('account',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.String(13), nullable=False),
    sa.Column('login', sa.String(length=40), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('phone_cc', sa.String(length=5), nullable=False),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('phone_index', sa.String(length=64, collation='C'), nullable=True),
    sa.Column('phone_mask', sa.String(length=40), nullable=False),
    sa.Column('id_number', sa.LargeBinary(), nullable=True),
    sa.Column('id_index', sa.String(length=64, collation='C'), nullable=True),
    sa.Column('id_mask', sa.String(length=40), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(11), nullable=False),
    sa.Column('initial_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('password_changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_login_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger(), nullable=True),
    sa.Column('department_id', sa.BigInteger(), nullable=True),
    sa.Column('locale', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(kind = 'official') <= (organisation_id IS NOT NULL)", name=op.f('ck_account_official_has_body')),
    sa.CheckConstraint("(state = 'locked') <= (locked_until IS NOT NULL)", name=op.f('ck_account_locked_until_set')),
    sa.CheckConstraint("kind IN ('expert', 'official', 'support', 'administrator')", name=op.f('ck_account_kind_listed')),
    sa.CheckConstraint("state IN ('must_change', 'active', 'locked', 'disabled')", name=op.f('ck_account_state_listed')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_account_department_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_account_organisation_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_account_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('id_index', name=op.f('uq_account_id_index')),
    sa.UniqueConstraint('login', name=op.f('uq_account_login')),
    sa.UniqueConstraint('phone_index', name=op.f('uq_account_phone_index'))
    )
    op.create_index(op.f('ix_account_department_id'), 'account', ['department_id'], unique=False)
    op.create_index(op.f('ix_account_organisation_id'), 'account', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_account_region_code'), 'account', ['region_code'], unique=False)
    op.create_table('expert',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.Column('programme_id', sa.BigInteger(), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('pool_state', sa.String(10), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('sort_key', sa.String(length=160, collation='C'), nullable=False),
    sa.Column('gender', sa.String(6), nullable=True),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('id_number', sa.LargeBinary(), nullable=True),
    sa.Column('id_index', sa.String(length=64, collation='C'), nullable=True),
    sa.Column('id_mask', sa.String(length=40), nullable=False),
    sa.Column('id_tail', sa.String(length=64, collation='C'), nullable=True),
    sa.Column('phone_cc', sa.String(length=5), nullable=False),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('phone_index', sa.String(length=64, collation='C'), nullable=True),
    sa.Column('phone_mask', sa.String(length=40), nullable=False),
    sa.Column('ethnicity', sa.String(length=20), nullable=False),
    sa.Column('political_status', sa.String(10), nullable=True),
    sa.Column('education', sa.String(9), nullable=True),
    sa.Column('degree', sa.String(8), nullable=True),
    sa.Column('school', sa.String(length=60), nullable=False),
    sa.Column('major', sa.String(length=60), nullable=False),
    sa.Column('title_level', sa.String(12), nullable=True),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('title_expires_on', sa.Date(), nullable=True),
    sa.Column('qualification', sa.String(length=200), nullable=False),
    sa.Column('employer', sa.String(length=60), nullable=False),
    sa.Column('employer_kind', sa.String(11), nullable=True),
    sa.Column('position', sa.String(length=30), nullable=False),
    sa.Column('employer_address', sa.String(length=120), nullable=False),
    sa.Column('mailing_address', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=120), nullable=False),
    sa.Column('occupation', sa.String(length=60), nullable=False),
    sa.Column('practice_years', sa.Integer(), nullable=True),
    sa.Column('health', sa.String(length=30), nullable=False),
    sa.Column('resume', sa.Text(), nullable=False),
    sa.Column('achievements', sa.Text(), nullable=False),
    sa.Column('bad_record', sa.Boolean(), nullable=False),
    sa.Column('last_certificate_until', sa.Date(), nullable=True),
    sa.Column('long_term', sa.Boolean(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("degree IN ('doctor', 'master', 'bachelor', 'none')", name=op.f('ck_expert_degree_listed')),
    sa.CheckConstraint("education IN ('doctor', 'master', 'bachelor', 'college', 'secondary')", name=op.f('ck_expert_education_listed')),
    sa.CheckConstraint("employer_kind IN ('government', 'institution', 'state_owned', 'private', 'foreign', 'social', 'other')", name=op.f('ck_expert_employer_kind_listed')),
    sa.CheckConstraint("gender IN ('male', 'female')", name=op.f('ck_expert_gender_listed')),
    sa.CheckConstraint("political_status IN ('party', 'league', 'democratic', 'non_party', 'masses')", name=op.f('ck_expert_political_status_listed')),
    sa.CheckConstraint("pool_state IN ('new', 'reviewing', 'approved', 'rejected', 'in_pool', 'expired', 'terminated')", name=op.f('ck_expert_pool_state_listed')),
    sa.CheckConstraint("title_level IN ('full_senior', 'senior', 'intermediate', 'junior', 'none')", name=op.f('ck_expert_title_level_listed')),
    sa.CheckConstraint('practice_years BETWEEN 0 AND 70', name=op.f('ck_expert_practice_years_range')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_expert_account_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_expert_programme_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_expert_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expert')),
    sa.UniqueConstraint('account_id', name=op.f('uq_expert_account_id')),
    sa.UniqueConstraint('programme_id', 'id_index', name='uq_expert_id_number')
    )
    op.create_index('ix_expert_id_tail', 'expert', ['id_tail'], unique=False)
    op.create_index('ix_expert_newest', 'expert', [sa.literal_column('created_at DESC'), sa.literal_column('id DESC')], unique=False, postgresql_include=['region_code'])
    op.create_index('ix_expert_phone_index', 'expert', ['phone_index'], unique=False)
    op.create_index(op.f('ix_expert_programme_id'), 'expert', ['programme_id'], unique=False)
    op.create_index('ix_expert_region_newest', 'expert', ['region_code', sa.literal_column('created_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_expert_sort_key', 'expert', ['sort_key', 'id'], unique=False)
    op.create_index('ix_expert_state_newest', 'expert', ['pool_state', sa.literal_column('created_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_expert_until', 'expert', ['last_certificate_until', 'id'], unique=False)
    op.create_table('inbox_message',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=200), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('account_kind', sa.String(13), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_inbox_message_account_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_inbox_message_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox_message'))
    )
    op.create_index(op.f('ix_inbox_message_account_id'), 'inbox_message', ['account_id'], unique=False)
    op.create_table('outbox_message',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('template_code', sa.String(length=40), nullable=False),
    sa.Column('recipient', sa.LargeBinary(), nullable=False),
    sa.Column('recipient_mask', sa.String(length=40), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('confidential', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(8), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=200), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('account_kind', sa.String(13), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f('ck_outbox_message_sent_at_set')),
    sa.CheckConstraint("state IN ('queued', 'sent', 'retrying', 'dead')", name=op.f('ck_outbox_message_state_listed')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_outbox_message_account_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_outbox_message_region_code')),
    sa.ForeignKeyConstraint(['template_code'], ['message_template.code'], name=op.f('fk_outbox_message_template_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_message')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_message_key'))
    )
    op.create_index(op.f('ix_outbox_message_account_id'), 'outbox_message', ['account_id'], unique=False)
    op.create_index('ix_outbox_message_due', 'outbox_message', ['next_at'], unique=False, postgresql_where=sa.text("state IN ('queued', 'retrying')"))
    op.create_table('password_history',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('account_kind', sa.String(13), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_password_history_account_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_password_history_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_password_history'))
    )
    op.create_index(op.f('ix_password_history_account_id'), 'password_history', ['account_id'], unique=False)
    op.create_table('role_grant',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('role', sa.String(14), nullable=False),
    sa.Column('granted_by_id', sa.BigInteger(), nullable=True),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('account_kind', sa.String(13), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("role IN ('expert', 'government', 'reviewer', 'registrar', 'bureau_admin', 'support', 'system_admin', 'security_admin', 'audit_admin', 'system')", name=op.f('ck_role_grant_role_listed')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_role_grant_account_id')),
    sa.ForeignKeyConstraint(['granted_by_id'], ['account.id'], name=op.f('fk_role_grant_granted_by_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_role_grant_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant')),
    sa.UniqueConstraint('account_id', 'role', name=op.f('uq_role_grant_account_id_role'))
    )
    op.create_index(op.f('ix_role_grant_account_id'), 'role_grant', ['account_id'], unique=False)
    op.create_index(op.f('ix_role_grant_granted_by_id'), 'role_grant', ['granted_by_id'], unique=False)
    op.create_index('uq_role_grant_one_administrator', 'role_grant', ['account_id'], unique=True, postgresql_where=sa.text("role IN ('system_admin', 'security_admin', 'audit_admin')"))
    op.create_table('user_session',
    sa.Column('token_hash', sa.String(length=64, collation='C'), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ip', sa.String(length=45), nullable=False),
    sa.Column('device', sa.String(length=120), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('account_kind', sa.String(13), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_user_session_account_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_user_session_region_code')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_user_session'))
    )
    op.create_index(op.f('ix_user_session_account_id'), 'user_session', ['account_id'], unique=False)
    op.create_table('application',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('programme_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=True),
    sa.Column('state', sa.String(8), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('expert_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'filed') = (finished_at IS NOT NULL)", name=op.f('ck_application_filed_is_finished')),
    sa.CheckConstraint("state = 'draft' OR number IS NOT NULL", name=op.f('ck_application_number_set')),
    sa.CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL", name=op.f('ck_application_submitted_at_set')),
    sa.CheckConstraint("state IN ('draft', 'pending', 'part', 'approved', 'rejected', 'filed')", name=op.f('ck_application_state_listed')),
    sa.CheckConstraint('round >= 1', name=op.f('ck_application_round_positive')),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_application_expert_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_application_programme_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_application_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application')),
    sa.UniqueConstraint('number', name=op.f('uq_application_number'))
    )
    op.create_index(op.f('ix_application_expert_id'), 'application', ['expert_id'], unique=False)
    op.create_index(op.f('ix_application_programme_id'), 'application', ['programme_id'], unique=False)
    op.create_index('ix_application_region_submitted', 'application', ['region_code', sa.literal_column('submitted_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('uq_application_one_open', 'application', ['expert_id'], unique=True, postgresql_where=sa.text("state <> 'filed'"))
    op.create_table('attachment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.String(16), nullable=False),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64, collation='C'), nullable=False),
    sa.Column('storage_key', sa.String(length=120), nullable=False),
    sa.Column('uploaded_by_id', sa.BigInteger(), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('expert_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("kind IN ('photo', 'employer_consent', 'no_employer_note', 'other', 'change_request')", name=op.f('ck_attachment_kind_listed')),
    sa.CheckConstraint('size > 0', name=op.f('ck_attachment_not_empty')),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_attachment_expert_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_attachment_region_code')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['account.id'], name=op.f('fk_attachment_uploaded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sa.UniqueConstraint('storage_key', name=op.f('uq_attachment_storage_key'))
    )
    op.create_index(op.f('ix_attachment_expert_id'), 'attachment', ['expert_id'], unique=False)
    op.create_index(op.f('ix_attachment_uploaded_by_id'), 'attachment', ['uploaded_by_id'], unique=False)
    op.create_table('document',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64, collation='C'), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('expert_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_document_expert_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_document_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document'))
    )
    op.create_index(op.f('ix_document_expert_id'), 'document', ['expert_id'], unique=False)
    op.create_table('expert_specialty',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('node_id', sa.BigInteger(), nullable=False),
    sa.Column('field_id', sa.BigInteger(), nullable=False),
    sa.Column('industry_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('expert_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_expert_specialty_expert_id')),
    sa.ForeignKeyConstraint(['field_id'], ['taxonomy_node.id'], name=op.f('fk_expert_specialty_field_id')),
    sa.ForeignKeyConstraint(['industry_id'], ['taxonomy_node.id'], name=op.f('fk_expert_specialty_industry_id')),
    sa.ForeignKeyConstraint(['node_id'], ['taxonomy_node.id'], name=op.f('fk_expert_specialty_node_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_expert_specialty_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expert_specialty')),
    sa.UniqueConstraint('expert_id', 'node_id', name=op.f('uq_expert_specialty_expert_id_node_id'))
    )
    op.create_index(op.f('ix_expert_specialty_expert_id'), 'expert_specialty', ['expert_id'], unique=False)
    op.create_index('ix_expert_specialty_field', 'expert_specialty', ['field_id', sa.literal_column('created_at DESC'), sa.literal_column('expert_id DESC')], unique=False)
    op.create_index('ix_expert_specialty_industry', 'expert_specialty', ['industry_id', sa.literal_column('created_at DESC'), sa.literal_column('expert_id DESC')], unique=False, postgresql_include=['region_code'])
    op.create_index('ix_expert_specialty_node', 'expert_specialty', ['node_id', sa.literal_column('created_at DESC'), sa.literal_column('expert_id DESC')], unique=False, postgresql_include=['region_code'])
    op.create_table('field_change',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=True),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('actor_name', sa.String(length=60), nullable=False),
    sa.Column('basis_id', sa.BigInteger(), nullable=True),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('expert_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_field_change_application_id')),
    sa.ForeignKeyConstraint(['basis_id'], ['attachment.id'], name=op.f('fk_field_change_basis_id')),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_field_change_expert_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_field_change_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_field_change'))
    )
    op.create_index(op.f('ix_field_change_application_id'), 'field_change', ['application_id'], unique=False)
    op.create_index(op.f('ix_field_change_basis_id'), 'field_change', ['basis_id'], unique=False)
    op.create_index(op.f('ix_field_change_expert_id'), 'field_change', ['expert_id'], unique=False)
    op.create_table('review',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('organisation_id', sa.BigInteger(), nullable=False),
    sa.Column('department_id', sa.BigInteger(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(9), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.BigInteger(), nullable=True),
    sa.Column('return_reason', sa.Text(), nullable=False),
    sa.Column('industry_id', sa.BigInteger(), nullable=True),
    sa.Column('specialty_id', sa.BigInteger(), nullable=True),
    sa.Column('appointing_body_id', sa.BigInteger(), nullable=True),
    sa.Column('validity', sa.String(9), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('filing_due_on', sa.Date(), nullable=True),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('filed_by_id', sa.BigInteger(), nullable=True),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('expert_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'filed') = (filed_at IS NOT NULL)", name=op.f('ck_review_filed_at_set')),
    sa.CheckConstraint("(state IN ('passed', 'rejected', 'filed')) = (decided_at IS NOT NULL)", name=op.f('ck_review_decided_at_set')),
    sa.CheckConstraint("state <> 'rejected' OR return_reason <> ''", name=op.f('ck_review_reason_set')),
    sa.CheckConstraint("state IN ('pending', 'passed', 'rejected', 'filed', 'withdrawn')", name=op.f('ck_review_state_listed')),
    sa.CheckConstraint("state NOT IN ('passed', 'filed') OR (industry_id IS NOT NULL AND appointing_body_id IS NOT NULL AND validity IS NOT NULL AND valid_from IS NOT NULL)", name=op.f('ck_review_passed_is_complete')),
    sa.CheckConstraint("validity IN ('long_term', 'fixed')", name=op.f('ck_review_validity_listed')),
    sa.CheckConstraint("validity IS NULL OR (validity = 'fixed') = (valid_until IS NOT NULL)", name=op.f('ck_review_fixed_validity_ends')),
    sa.CheckConstraint('(decided_at IS NULL) = (decided_by_id IS NULL)', name=op.f('ck_review_decided_by_set')),
    sa.CheckConstraint('(filed_at IS NULL) = (filed_by_id IS NULL)', name=op.f('ck_review_filed_by_set')),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_review_validity_order')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_review_application_id')),
    sa.ForeignKeyConstraint(['appointing_body_id'], ['organisation.id'], name=op.f('fk_review_appointing_body_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_review_decided_by_id')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_review_department_id')),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_review_expert_id')),
    sa.ForeignKeyConstraint(['filed_by_id'], ['account.id'], name=op.f('fk_review_filed_by_id')),
    sa.ForeignKeyConstraint(['industry_id'], ['taxonomy_node.id'], name=op.f('fk_review_industry_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_review_organisation_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_review_region_code')),
    sa.ForeignKeyConstraint(['specialty_id'], ['taxonomy_node.id'], name=op.f('fk_review_specialty_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('application_id', 'department_id', 'round', name=op.f('uq_review_application_id_department_id_round'))
    )
    op.create_index(op.f('ix_review_application_id'), 'review', ['application_id'], unique=False)
    op.create_index(op.f('ix_review_appointing_body_id'), 'review', ['appointing_body_id'], unique=False)
    op.create_index(op.f('ix_review_decided_by_id'), 'review', ['decided_by_id'], unique=False)
    op.create_index(op.f('ix_review_department_id'), 'review', ['department_id'], unique=False)
    op.create_index('ix_review_department_state', 'review', ['department_id', 'state', 'due_on', 'id'], unique=False)
    op.create_index(op.f('ix_review_expert_id'), 'review', ['expert_id'], unique=False)
    op.create_index(op.f('ix_review_filed_by_id'), 'review', ['filed_by_id'], unique=False)
    op.create_index(op.f('ix_review_industry_id'), 'review', ['industry_id'], unique=False)
    op.create_index(op.f('ix_review_organisation_id'), 'review', ['organisation_id'], unique=False)
    op.create_index('ix_review_organisation_state', 'review', ['organisation_id', 'state', 'due_on', 'id'], unique=False)
    op.create_index('ix_review_region_state', 'review', ['region_code', 'state', 'due_on', 'id'], unique=False)
    op.create_index(op.f('ix_review_specialty_id'), 'review', ['specialty_id'], unique=False)
    op.create_table('step_log',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workflow', sa.String(length=20), nullable=False),
    sa.Column('record_id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=True),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(length=30), nullable=False),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('before', sa.String(length=20), nullable=False),
    sa.Column('after', sa.String(length=20), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('actor_name', sa.String(length=60), nullable=False),
    sa.Column('department_name', sa.String(length=80), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('expert_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_step_log_application_id')),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_step_log_expert_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_step_log_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step_log'))
    )
    op.create_index(op.f('ix_step_log_application_id'), 'step_log', ['application_id'], unique=False)
    op.create_index(op.f('ix_step_log_expert_id'), 'step_log', ['expert_id'], unique=False)
    op.create_index('ix_step_log_record', 'step_log', ['workflow', 'record_id', 'id'], unique=False)
    op.create_table('certificate',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('programme_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('review_id', sa.BigInteger(), nullable=False),
    sa.Column('department_id', sa.BigInteger(), nullable=False),
    sa.Column('appointing_body_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(10), nullable=False),
    sa.Column('holder_name', sa.String(length=60), nullable=False),
    sa.Column('unit_name', sa.String(length=120), nullable=False),
    sa.Column('appointment', sa.String(length=120), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('validity', sa.String(9), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=False),
    sa.Column('ended_by_id', sa.BigInteger(), nullable=True),
    sa.Column('verify_code', sa.String(length=12), nullable=False),
    sa.Column('document_id', sa.BigInteger(), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('expert_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state IN ('terminated', 'revoked')) = (ended_on IS NOT NULL AND end_reason <> '')", name=op.f('ck_certificate_ended_is_explained')),
    sa.CheckConstraint("(validity = 'fixed') = (valid_until IS NOT NULL)", name=op.f('ck_certificate_fixed_validity_ends')),
    sa.CheckConstraint("state IN ('valid', 'expired', 'terminated', 'revoked')", name=op.f('ck_certificate_state_listed')),
    sa.CheckConstraint("validity IN ('long_term', 'fixed')", name=op.f('ck_certificate_validity_listed')),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_certificate_validity_order')),
    sa.ForeignKeyConstraint(['appointing_body_id'], ['organisation.id'], name=op.f('fk_certificate_appointing_body_id')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_certificate_department_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_certificate_document_id')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['account.id'], name=op.f('fk_certificate_ended_by_id')),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_certificate_expert_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_certificate_programme_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_certificate_region_code')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_certificate_review_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
    sa.UniqueConstraint('number', name=op.f('uq_certificate_number')),
    sa.UniqueConstraint('review_id', name=op.f('uq_certificate_review_id'))
    )
    op.create_index(op.f('ix_certificate_appointing_body_id'), 'certificate', ['appointing_body_id'], unique=False)
    op.create_index(op.f('ix_certificate_department_id'), 'certificate', ['department_id'], unique=False)
    op.create_index(op.f('ix_certificate_document_id'), 'certificate', ['document_id'], unique=False)
    op.create_index(op.f('ix_certificate_ended_by_id'), 'certificate', ['ended_by_id'], unique=False)
    op.create_index(op.f('ix_certificate_expert_id'), 'certificate', ['expert_id'], unique=False)
    op.create_index(op.f('ix_certificate_programme_id'), 'certificate', ['programme_id'], unique=False)
    op.create_index('ix_certificate_region_issued', 'certificate', ['region_code', sa.literal_column('issued_on DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_certificate_until', 'certificate', ['state', 'valid_until', 'id'], unique=False)
    op.create_table('review_mark',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('review_id', sa.BigInteger(), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('region_code', sa.String(length=6, collation='C'), nullable=False),
    sa.Column('expert_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_review_mark_expert_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_review_mark_region_code')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_review_mark_review_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_mark')),
    sa.UniqueConstraint('review_id', 'field', name=op.f('uq_review_mark_review_id_field'))
    )
    op.create_index(op.f('ix_review_mark_expert_id'), 'review_mark', ['expert_id'], unique=False)
    op.create_index(op.f('ix_review_mark_review_id'), 'review_mark', ['review_id'], unique=False)
    op.create_table('certificate_reminder',
    sa.Column('certificate_id', sa.BigInteger(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_reminder_certificate_id')),
    sa.PrimaryKeyConstraint('certificate_id', 'days', name=op.f('pk_certificate_reminder'))
    )


def drop_tables():
# ### commands auto generated by Alembic - please adjust! ###
    op.drop_table('certificate_reminder')
    op.drop_index(op.f('ix_review_mark_review_id'), table_name='review_mark')
    op.drop_index(op.f('ix_review_mark_expert_id'), table_name='review_mark')
    op.drop_table('review_mark')
    op.drop_index('ix_certificate_until', table_name='certificate')
    op.drop_index('ix_certificate_region_issued', table_name='certificate')
    op.drop_index(op.f('ix_certificate_programme_id'), table_name='certificate')
    op.drop_index(op.f('ix_certificate_expert_id'), table_name='certificate')
    op.drop_index(op.f('ix_certificate_ended_by_id'), table_name='certificate')
    op.drop_index(op.f('ix_certificate_document_id'), table_name='certificate')
    op.drop_index(op.f('ix_certificate_department_id'), table_name='certificate')
    op.drop_index(op.f('ix_certificate_appointing_body_id'), table_name='certificate')
    op.drop_table('certificate')
    op.drop_index('ix_step_log_record', table_name='step_log')
    op.drop_index(op.f('ix_step_log_expert_id'), table_name='step_log')
    op.drop_index(op.f('ix_step_log_application_id'), table_name='step_log')
    op.drop_table('step_log')
    op.drop_index(op.f('ix_review_specialty_id'), table_name='review')
    op.drop_index('ix_review_region_state', table_name='review')
    op.drop_index('ix_review_organisation_state', table_name='review')
    op.drop_index(op.f('ix_review_organisation_id'), table_name='review')
    op.drop_index(op.f('ix_review_industry_id'), table_name='review')
    op.drop_index(op.f('ix_review_filed_by_id'), table_name='review')
    op.drop_index(op.f('ix_review_expert_id'), table_name='review')
    op.drop_index('ix_review_department_state', table_name='review')
    op.drop_index(op.f('ix_review_department_id'), table_name='review')
    op.drop_index(op.f('ix_review_decided_by_id'), table_name='review')
    op.drop_index(op.f('ix_review_appointing_body_id'), table_name='review')
    op.drop_index(op.f('ix_review_application_id'), table_name='review')
    op.drop_table('review')
    op.drop_index(op.f('ix_field_change_expert_id'), table_name='field_change')
    op.drop_index(op.f('ix_field_change_basis_id'), table_name='field_change')
    op.drop_index(op.f('ix_field_change_application_id'), table_name='field_change')
    op.drop_table('field_change')
    op.drop_index('ix_expert_specialty_node', table_name='expert_specialty', postgresql_include=['region_code'])
    op.drop_index('ix_expert_specialty_industry', table_name='expert_specialty', postgresql_include=['region_code'])
    op.drop_index('ix_expert_specialty_field', table_name='expert_specialty')
    op.drop_index(op.f('ix_expert_specialty_expert_id'), table_name='expert_specialty')
    op.drop_table('expert_specialty')
    op.drop_index(op.f('ix_document_expert_id'), table_name='document')
    op.drop_table('document')
    op.drop_index(op.f('ix_attachment_uploaded_by_id'), table_name='attachment')
    op.drop_index(op.f('ix_attachment_expert_id'), table_name='attachment')
    op.drop_table('attachment')
    op.drop_index('uq_application_one_open', table_name='application', postgresql_where=sa.text("state <> 'filed'"))
    op.drop_index('ix_application_region_submitted', table_name='application')
    op.drop_index(op.f('ix_application_programme_id'), table_name='application')
    op.drop_index(op.f('ix_application_expert_id'), table_name='application')
    op.drop_table('application')
    op.drop_index(op.f('ix_user_session_account_id'), table_name='user_session')
    op.drop_table('user_session')
    op.drop_index('uq_role_grant_one_administrator', table_name='role_grant', postgresql_where=sa.text("role IN ('system_admin', 'security_admin', 'audit_admin')"))
    op.drop_index(op.f('ix_role_grant_granted_by_id'), table_name='role_grant')
    op.drop_index(op.f('ix_role_grant_account_id'), table_name='role_grant')
    op.drop_table('role_grant')
    op.drop_index(op.f('ix_password_history_account_id'), table_name='password_history')
    op.drop_table('password_history')
    op.drop_index('ix_outbox_message_due', table_name='outbox_message', postgresql_where=sa.text("state IN ('queued', 'retrying')"))
    op.drop_index(op.f('ix_outbox_message_account_id'), table_name='outbox_message')
    op.drop_table('outbox_message')
    op.drop_index(op.f('ix_inbox_message_account_id'), table_name='inbox_message')
    op.drop_table('inbox_message')
    op.drop_index('ix_expert_until', table_name='expert')
    op.drop_index('ix_expert_state_newest', table_name='expert')
    op.drop_index('ix_expert_sort_key', table_name='expert')
    op.drop_index('ix_expert_region_newest', table_name='expert')
    op.drop_index(op.f('ix_expert_programme_id'), table_name='expert')
    op.drop_index('ix_expert_phone_index', table_name='expert')
    op.drop_index('ix_expert_newest', table_name='expert', postgresql_include=['region_code'])
    op.drop_index('ix_expert_id_tail', table_name='expert')
    op.drop_table('expert')
    op.drop_index(op.f('ix_account_region_code'), table_name='account')
    op.drop_index(op.f('ix_account_organisation_id'), table_name='account')
    op.drop_index(op.f('ix_account_department_id'), table_name='account')
    op.drop_table('account')
    op.drop_index(op.f('ix_department_region_code'), table_name='department')
    op.drop_index(op.f('ix_department_organisation_id'), table_name='department')
    op.drop_table('department')
    op.drop_index(op.f('ix_taxonomy_node_taxonomy_id'), table_name='taxonomy_node')
    op.drop_index(op.f('ix_taxonomy_node_parent_id'), table_name='taxonomy_node')
    op.drop_table('taxonomy_node')
    op.drop_index(op.f('ix_programme_taxonomy_id'), table_name='programme')
    op.drop_table('programme')
    op.drop_index(op.f('ix_organisation_region_code'), table_name='organisation')
    op.drop_table('organisation')
    op.drop_table('worker_beat')
    op.drop_table('taxonomy')
    op.drop_index(op.f('ix_region_parent_code'), table_name='region')
    op.drop_table('region')
    op.drop_table('parameter')
    op.drop_index(op.f('ix_one_time_code_phone_index'), table_name='one_time_code')
    op.drop_table('one_time_code')
    op.drop_table('number_counter')
    op.drop_table('message_template')
    op.drop_table('job_run')
    op.drop_table('idempotency_key')
    op.drop_index('ix_expert_gram_search', table_name='expert_gram', postgresql_include=['region_code'])
    op.drop_index(op.f('ix_expert_gram_expert_id'), table_name='expert_gram')
    op.drop_table('expert_gram')
    op.drop_table('captcha_challenge')
    op.drop_table('calendar_day')
    op.drop_index('ix_audit_entry_record', table_name='audit_entry')
    op.drop_index(op.f('ix_audit_entry_at'), table_name='audit_entry')
    op.drop_index(op.f('ix_audit_entry_actor_id'), table_name='audit_entry')
    op.drop_table('audit_entry')
    op.drop_table('attempt')
