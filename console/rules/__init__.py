"""The rules: pure functions of plain values that return reasons (``list[Fault]``), never a bare yes or no.

No Flask, no database, no clock, no randomness: day, moment and random bytes are arguments. What to import from where:

clauses       @clause(document, article, words); registered(), render_clauses() -> docs/clauses.md
identity      id_number_faults(text, today=), normalise_id_number, id_facts -> IdFacts(gender, birth_date, .age(today)),
              derived_faults, name_faults, normalise_name, phone_faults(country_code, number), normalise_phone,
              normalise_country_code, dialling_codes, email_faults, normalise_email, uscc_faults, normalise_uscc,
              mask_phone, mask_id_number, mask_document_number, mask_name
passwords     password_faults(password, phone=, previous_matches=), confirm_faults, generate_password(random_bytes)
codes         CodePolicy, SentCode, resend_faults, seconds_until_resend, check_faults
regions       Range(lo, hi), range_of, level_of, parent_code, ancestors, contains, covers, NATIONAL, EVERYWHERE
deadlines     WorkCalendar, add_working_days, working_days_between, deadline -> Deadline, deadline_words,
              beijing_time, beijing_today, beijing_midnight, table_date, chinese_day, paper_date, list_time, exact_time
validity      status_on, in_force_on, default_end, validity_faults, effective_end, termination_faults,
              days_left, expiring_within, due_reminders
numbering     certificate_number, application_number, parse_*, normalise_certificate_number, certificate_number_faults
eligibility   Profile.of(figures, clauses), Candidate, Appointment, verdicts / filing_verdicts -> list[Verdict], faults
completeness  completeness_faults(values, attachments=, specialties=, today=), format_faults, consent_faults,
              period_faults, step_of, label_of, limit_of, Step, REQUIRED_FIELDS
attachments   attachment_faults(kind, name, size, sniffed, rules), RULES, rules_of, clean_file_name, extension_of
certificate_text  certificate_text -> CertificateText, appointment_words, level_word, validity_words
pinyin        sort_key(name, table, surnames)

``CodePolicy.of``, ``PasswordProfile.of``, ``rules_of`` and ``Profile.of`` take the parameters in force as key -> value.
"""
